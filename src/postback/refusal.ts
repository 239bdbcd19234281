import { isUtf8 } from 'node:buffer';
import { hash, randomUUIDv7 } from 'node:crypto';
import { readUuid } from '@app/reading';
import type { Request } from 'express';
import { keyOf } from '../auth/credential';
import type { ProblemException } from '../problems/problem.exception';
import { faultsOf } from '../problems/problem.filter';
import { MASK, maskKeys } from '../rejections/mask-keys';
import type { Rejection } from '../rejections/rejection.entity';
import { queryOf } from './parameters';
import { MAX_BODY } from './read-body';

/** A sender that is told so sends the same again, or never again: either way the install is lost unless it is kept. */
export function isRefusal({ status, code }: ProblemException): boolean {
  return [400, 413, 414, 415].includes(status) || code === 'unknown_tracker';
}

/** What a request came as; a postback of a batch came as a request of its own. */
export interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly contentType: string | undefined;
  /** Undefined where there was none, or it was not read. */
  readonly body: Buffer | undefined;
  readonly hasBody: boolean;
}

export function sentRequestOf(request: Request): SentRequest {
  const { method, path, headers } = request;
  const body: unknown = request.body;
  return {
    method,
    path,
    query: queryOf(request),
    contentType: headers['content-type'],
    body: Buffer.isBuffer(body) ? body : undefined,
    hasBody:
      method === 'POST' &&
      (headers['transfer-encoding'] !== undefined ||
        Number(headers['content-length'] ?? 0) > 0),
  };
}

/** The refused request as it is to be kept: without a key. */
export function toRejection(
  request: Request,
  sent: SentRequest,
  problem: ProblemException,
): Rejection {
  const key = keyOf(request);
  const { keyId, projectId } = request.apiKey!;
  const kept = {
    method: sent.method,
    path: maskKeys(sent.path, key),
    query: maskKeys(withoutKey(sent.query), key),
    content_type: sent.contentType && maskKeys(sent.contentType, key),
    ...bodyOf(sent, key),
  };
  return {
    ...kept,
    project_id: projectId,
    rejection_id: randomUUIDv7(),
    fingerprint: readUuid(
      hash('sha256', JSON.stringify(kept), 'hex').slice(0, 32),
    )!,
    key_id: keyId,
    tracker: trackerOf(kept.path),
    first_seen_at: request.receivedAt,
    last_seen_at: request.receivedAt,
    count: 1,
    code: problem.code,
    errors: faultsOf(problem),
    address: request.ip ?? '',
    state: 'open',
  };
}

/** Also a bad key, which may be one with a slip of the pen. */
function withoutKey(query: string): string {
  return query.replace(/(^|&)apikey=[^&]*/g, `$1apikey=${MASK}`);
}

/** As it is named in `/track/install/v1/{tracker}`. */
function trackerOf(path: string): string {
  return path.split('/')[4].slice(0, 100).toLowerCase();
}

function bodyOf({ body, hasBody }: SentRequest, key: string | undefined) {
  if (!body || body.length > MAX_BODY) {
    return { body: null, body_encoding: null, body_complete: !hasBody };
  }
  // Byte by byte: it may be no text.
  const masked = Buffer.from(maskKeys(body.toString('latin1'), key), 'latin1');
  const encoding = isUtf8(masked) && !masked.includes(0) ? 'utf-8' : 'base64';
  return {
    body: masked.toString(encoding),
    body_encoding: encoding,
    body_complete: true,
  } as const;
}
