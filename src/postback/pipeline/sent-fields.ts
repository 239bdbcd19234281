import type { SentValue } from '../../fields/read-field';
import { UNDECODABLE } from '../../fields/unreadable';
import { ProblemException } from '../../problems/problem.exception';
import { maskSecrets } from '../../rejections/stored-request/mask-secrets';
import type { SentPostback } from './postback';
import type { SentParameter } from './parameters';

const MAX_FIELDS = 100;
const KEY_PARAMETER = 'apikey';

/** All values of each name, without the API key, which must not appear in any response. Throws `too_many_fields`. */
export function toFields(
  parameters: readonly SentParameter[],
  key: string | undefined,
): SentPostback['fields'] {
  const fields = new Map<string, SentValue[]>();
  const secrets = [key];
  let count = 0;
  for (const { name: sentName, value, wellFormed } of parameters) {
    if (sentName === KEY_PARAMETER || sentName === key) continue;
    // The warning about an unknown field repeats its name.
    const name = maskSecrets(sentName, secrets);
    if (++count > MAX_FIELDS) throw new ProblemException('too_many_fields');
    const sent = wellFormed ? value : UNDECODABLE;
    const values = fields.get(name);
    if (values) values.push(sent);
    else fields.set(name, [sent]);
  }
  return fields;
}
