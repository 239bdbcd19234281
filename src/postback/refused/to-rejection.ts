import { randomUUIDv7 } from 'node:crypto';
import type { Request } from 'express';
import { keyOf } from '../../auth/credential';
import type { ProblemException } from '../../problems/problem.exception';
import { faultsOf } from '../../problems/problem-body';
import type { Rejection } from '../../rejections/rejection.entity';
import {
  encodeRequest,
  type SentRequest,
} from '../../rejections/stored-request/stored-request';
import { queryOf } from '../../http/query-of';

export function sentRequestOf(request: Request): SentRequest {
  const { method, path, headers } = request;
  const body: unknown = request.body;
  const length = Number(headers['content-length'] ?? 0);
  return {
    method,
    path,
    query: queryOf(request),
    contentType: headers['content-type'],
    body: Buffer.isBuffer(body) ? body : undefined,
    hasBody:
      method === 'POST' &&
      (headers['transfer-encoding'] !== undefined || length > 0),
    length,
  };
}

/** A new rejection of `sent`, which `request` was or carried. `secrets` are masked, and the key of the request. */
export function toRejection(
  request: Request,
  sent: SentRequest,
  problem: ProblemException,
  secrets: readonly (string | undefined)[],
): Rejection {
  const { keyId, projectId } = request.apiKey!;
  return {
    ...encodeRequest(sent, problem.code, [keyOf(request), ...secrets]),
    project_id: projectId,
    rejection_id: randomUUIDv7(),
    key_id: keyId,
    first_seen_at: request.receivedAt,
    last_seen_at: request.receivedAt,
    count: 1,
    code: problem.code,
    errors: faultsOf(problem),
    address: request.ip ?? '',
    state: 'open',
    install_id: null,
    replayed_at: null,
    replay_errors: null,
  };
}
