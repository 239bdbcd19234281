import { Injectable, type PipeTransform } from '@nestjs/common';
import type { Request } from 'express';
import { keyOf } from '../../auth/credential';
import { ProblemException } from '../../problems/problem.exception';
import { queryOf } from '../../http/query-of';
import { parametersOf } from '../pipeline/parameters';
import type { SentPostback } from '../pipeline/postback';
import { readBody } from './read-body';
import { toFields } from '../pipeline/sent-fields';

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
    // Before anything is refused: what is refused is kept as a whole.
    const body = request.method === 'POST' ? await readBody(request) : '';
    if (query.length > MAX_QUERY) throw new ProblemException('uri_too_long');
    const contentType = request.get('content-type');
    return {
      caller: request.apiKey!,
      arrivedAt: request.arrivedAt,
      receivedAt: request.receivedAt,
      fields: toFields(
        parametersOf({ query, contentType, body }),
        keyOf(request),
      ),
    };
  }
}
