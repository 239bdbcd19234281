import type { PipeTransform } from '@nestjs/common';
import type { Request } from 'express';
import { keyOf } from '../../auth/credential';
import { ProblemException } from '../../problems/problem.exception';
import { queryOf } from '../../http/query-of';
import { parametersOf } from '../pipeline/parameters';
import { toFields } from '../pipeline/sent-fields';
import type { SentPostback } from '../pipeline/postback';
import { readBody } from './read-body';

/** Bytes. */
const MAX_QUERY = 8 * 1024;

/** Reads the names and values of the query and, for a POST, of the body. */
export class CollectPipe implements PipeTransform<
  Request,
  Promise<SentPostback>
> {
  async transform(request: Request): Promise<SentPostback> {
    const query = queryOf(request);
    // First of all: a rejection is stored with its body.
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
