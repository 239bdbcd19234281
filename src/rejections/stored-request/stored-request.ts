import { isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import { toUuid } from '@app/reading';
import { parseIngestPath } from '../../http/ingest-path';
import { MAX_POSTBACK_BODY } from '../../http/request-limits';
import type { RequestText } from '../../http/request-text';
import { toKnownTracker } from '../known-tracker';
import type { Rejection } from '../rejection.entity';
import { MASK, maskSecrets } from './mask-secrets';

/** The text controls that JSON writes as two characters: tab, line feed, carriage return. */
const SHORT_CONTROLS = new Set([0x09, 0x0a, 0x0d]);

const utf8 = new TextDecoder();

/** A rejected request as it was sent; for a postback of a batch, the request that would have carried it alone. */
export interface SentRequest {
  readonly method: string;
  readonly path: string;
  /** Without `?`. */
  readonly query: string;
  readonly contentType: string | undefined;
  /** Inflated; undefined if there was none, or if it was not read. */
  readonly body: Buffer | undefined;
  readonly hasBody: boolean;
  /** Bytes of the body according to `Content-Length`; 0 without that header. */
  readonly length: number;
}

/** The columns of a rejection that hold its request. */
export type StoredRequest = Pick<
  Rejection,
  | 'fingerprint'
  | 'tracker'
  | 'method'
  | 'path'
  | 'query'
  | 'content_type'
  | 'body'
  | 'body_encoding'
  | 'body_complete'
>;

/** What a stored request contains. */
export interface DecodedRequest {
  /** The tracker in the path, in lower case; undefined if the path is not one of the ingest endpoint. */
  readonly tracker: string | undefined;
  readonly isBatch: boolean;
  /** With masked secrets; undefined if there was a body that is not stored. */
  readonly text: RequestText | undefined;
}

/**
 * The columns in which a request is stored, with its secrets masked. Never change what goes into the fingerprint: the
 * same request would be stored twice.
 *
 * @param code of the problem for which the request was rejected
 * @param secrets as for {@link maskSecrets}
 */
export function encodeRequest(
  sent: SentRequest,
  code: string,
  secrets: readonly (string | undefined)[],
): StoredRequest {
  const mask = (text: string) => maskSecrets(text, secrets);
  const body = maskBody(sent.body, mask);
  const head = {
    method: sent.method,
    path: mask(sent.path),
    query: mask(maskKeyParameter(sent.query)),
    content_type:
      sent.contentType === undefined ? null : mask(sent.contentType),
  };
  // A body that is too long to be stored is not worth the time of masking.
  const hashed = body ?? sent.body;
  return {
    ...head,
    ...encodeBody(sent, body),
    tracker: toKnownTracker(parseIngestPath(head.path)?.tracker),
    fingerprint: fingerprintOf([
      ...Object.values(head),
      code,
      // Of a body that was not read, only the length is known.
      hashed ? hash('sha256', hashed) : sent.length,
    ]),
  };
}

/** The inverse of {@link encodeRequest}, but for the masked secrets. */
export function decodeRequest(stored: StoredRequest): DecodedRequest {
  const ingestPath = parseIngestPath(stored.path);
  return {
    tracker: ingestPath?.tracker,
    isBatch: ingestPath?.action === 'batch',
    text: stored.body_complete
      ? {
          query: stored.query,
          contentType: stored.content_type ?? undefined,
          body: decodeBody(stored),
        }
      : undefined,
  };
}

/** Also a key that is not valid: it may be a valid one with a typing error. */
function maskKeyParameter(query: string): string {
  return query.replace(/(^|&)apikey=[^&]*/g, `$1apikey=${MASK}`);
}

/** Undefined if there is no body, or if it is too long to be stored. */
function maskBody(
  body: Buffer | undefined,
  mask: (text: string) => string,
): Buffer | undefined {
  if (!body || body.length > MAX_POSTBACK_BODY) return undefined;
  // One character for each byte, because the body may not be text.
  return Buffer.from(mask(body.toString('latin1')), 'latin1');
}

function encodeBody({ hasBody }: SentRequest, body: Buffer | undefined) {
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

/** As a request's body is decoded: without a byte order mark, and with U+FFFD for invalid bytes. */
function decodeBody({ body, body_encoding }: StoredRequest): string {
  return utf8.decode(Buffer.from(body ?? '', body_encoding ?? 'utf-8'));
}

/** Whether a body is stored as text. JSON writes a control character as six bytes, so a body of many would grow. */
function isReadable(body: Buffer): boolean {
  if (!isUtf8(body) || body.includes(0)) return false;
  let controls = 0;
  for (const byte of body) {
    if (byte < 0x20 && !SHORT_CONTROLS.has(byte)) controls++;
  }
  return controls * 16 <= body.length;
}

/** 128 bits of SHA-256 in the form of a UUID. */
function fingerprintOf(parts: readonly (string | number | null)[]) {
  return toUuid(hash('sha256', JSON.stringify(parts)));
}
