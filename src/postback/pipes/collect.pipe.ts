import { Injectable, type PipeTransform } from '@nestjs/common';
import { parseForm } from '@app/reading';
import type { Request } from 'express';
import { keyOf } from '../../auth/credential';
import type { SentValue } from '../../fields/read-field';
import { UNDECODABLE } from '../../fields/unreadable';
import { ProblemException } from '../../problems/problem.exception';
import type { SentPostback } from '../postback';
import { readBody, type SentParameter } from '../read-body';

/** Bytes. */
const MAX_QUERY = 8 * 1024;
const MAX_FIELDS = 100;
const KEY_PARAMETER = 'apikey';

/** Collects the fields of the query and, of a POST, of the body into one flat record. */
@Injectable()
export class CollectPipe implements PipeTransform<
  Request,
  Promise<SentPostback>
> {
  async transform(request: Request): Promise<SentPostback> {
    const query = queryOf(request);
    if (query.length > MAX_QUERY) throw new ProblemException('uri_too_long');
    const parameters: SentParameter[] = parseForm(query);
    if (request.method === 'POST')
      parameters.push(...(await readBody(request)));

    const key = keyOf(request);
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
    return {
      caller: request.apiKey!,
      arrivedAt: request.arrivedAt,
      receivedAt: request.receivedAt,
      fields,
    };
  }
}

/** As it was sent, which is ASCII. */
function queryOf({ originalUrl }: Request): string {
  const start = originalUrl.indexOf('?');
  return start === -1 ? '' : originalUrl.slice(start + 1);
}
