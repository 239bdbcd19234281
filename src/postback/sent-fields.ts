import type { SentValue } from '../fields/read-field';
import { UNDECODABLE } from '../fields/unreadable';
import { ProblemException } from '../problems/problem.exception';
import type { SentPostback } from './postback';
import type { SentParameter } from './read-body';

const MAX_FIELDS = 100;
const KEY_PARAMETER = 'apikey';

/** All values of each name; without the key, which must be repeated nowhere. */
export function toFields(
  parameters: readonly SentParameter[],
  key: string | undefined,
): SentPostback['fields'] {
  const fields = new Map<string, SentValue[]>();
  let count = 0;
  for (const { name, value, wellFormed } of parameters) {
    // A key in place of a name would be repeated as the name of an unknown field.
    if (name === KEY_PARAMETER || name === key) continue;
    if (++count > MAX_FIELDS) throw new ProblemException('too_many_fields');
    const sent = wellFormed ? value : UNDECODABLE;
    const values = fields.get(name);
    if (values) values.push(sent);
    else fields.set(name, [sent]);
  }
  return fields;
}
