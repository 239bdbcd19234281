import { Injectable, type PipeTransform } from '@nestjs/common';
import { parseForm } from '@app/reading';
import type { Request } from 'express';
import { keyOf } from '../../auth/credential';
import { ProblemException } from '../../problems/problem.exception';
import type { SentPostback } from '../postback';
import { readBody, type SentParameter } from '../read-body';
import { toFields } from '../sent-fields';

/** Bytes. */
const MAX_QUERY = 8 * 1024;

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

    return {
      caller: request.apiKey!,
      arrivedAt: request.arrivedAt,
      receivedAt: request.receivedAt,
      fields: toFields(parameters, keyOf(request)),
    };
  }
}

/** As it was sent, which is ASCII. */
function queryOf({ originalUrl }: Request): string {
  const start = originalUrl.indexOf('?');
  return start === -1 ? '' : originalUrl.slice(start + 1);
}
