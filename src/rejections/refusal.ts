import { isUtf8 } from 'node:buffer';
import { hash, randomUUIDv7 } from 'node:crypto';
import { readUuid } from '@app/reading';
import type { Request } from 'express';
import { keyOf } from '../auth/credential';
import { parseIngestPath } from '../http/ingest-path';
import { queryOf } from '../http/query-of';
import { MAX_POSTBACK_BODY } from '../http/request-limits';
import type { ProblemException } from '../problems/problem.exception';
import { faultsOf } from '../problems/problem-body';
import { toKnownTracker } from './known-tracker';
import { MASK, maskSecrets } from './mask-secrets';
import type { Rejection } from './rejection.entity';

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
  /** Bytes of the body as they were announced; 0 where nothing was said. */
  readonly length: number;
}

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

/** The refused request as it is to be kept: without `secrets`. */
export function toRejection(
  request: Request,
  sent: SentRequest,
  problem: ProblemException,
  secrets: readonly (string | undefined)[],
): Rejection {
  const { keyId, projectId } = request.apiKey!;
  const mask = (text: string) =>
    maskSecrets(text, [keyOf(request), ...secrets]);
  const body = keptBody(sent, mask);
  // A body that is too large to be kept does not need the work of masking.
  const fingerprinted = body ?? sent.body;
  const line = {
    method: sent.method,
    path: mask(sent.path),
    query: mask(withoutKey(sent.query)),
    content_type: sent.contentType && mask(sent.contentType),
  };
  return {
    ...line,
    ...bodyOf(sent, body),
    project_id: projectId,
    rejection_id: randomUUIDv7(),
    fingerprint: fingerprintOf([
      ...Object.values(line),
      problem.code,
      // Of a body that was not read there is only its length.
      fingerprinted ? hash('sha256', fingerprinted) : sent.length,
    ]),
    key_id: keyId,
    tracker: toKnownTracker(parseIngestPath(line.path)?.tracker),
    first_seen_at: request.receivedAt,
    last_seen_at: request.receivedAt,
    count: 1,
    code: problem.code,
    errors: faultsOf(problem),
    address: request.ip ?? '',
    state: 'open',
  };
}

/** 128 bits of SHA-256, as a UUID. */
function fingerprintOf(parts: readonly (string | number | undefined)[]) {
  const digest = hash('sha256', JSON.stringify(parts));
  return readUuid(digest.slice(0, 32))!;
}

/** Also a bad key, which may be one with a slip of the pen. */
function withoutKey(query: string): string {
  return query.replace(/(^|&)apikey=[^&]*/g, `$1apikey=${MASK}`);
}

/** The body as it is kept; undefined where it was not read, or is too large. */
function keptBody(
  { body }: SentRequest,
  mask: (text: string) => string,
): Buffer | undefined {
  if (!body || body.length > MAX_POSTBACK_BODY) return undefined;
  // Byte by byte: it may be no text.
  return Buffer.from(mask(body.toString('latin1')), 'latin1');
}

function bodyOf({ hasBody }: SentRequest, body: Buffer | undefined) {
  if (!body) {
    return { body: null, body_encoding: null, body_complete: !hasBody };
  }
  const encoding = isReadable(body) ? 'utf-8' : 'base64';
  return {
    body: body.toString(encoding),
    body_encoding: encoding,
    body_complete: true,
  } as const;
}

/** Whether it is better kept as text. A control character takes six bytes in JSON, so many of them would blow it up. */
function isReadable(body: Buffer): boolean {
  if (!isUtf8(body) || body.includes(0)) return false;
  let controls = 0;
  for (const byte of body)
    if (byte < 0x20 && !WHITE_SPACE.has(byte)) controls++;
  return controls * 16 <= body.length;
}

/** Tab, line feed, carriage return. */
const WHITE_SPACE = new Set([0x09, 0x0a, 0x0d]);
