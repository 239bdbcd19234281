import type { Transform } from 'node:stream';
import {
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createZstdDecompress,
} from 'node:zlib';
import { ProblemException } from '../problems/problem.exception';
import type { HeldBytes } from './held-bytes';

/** By Content-Encoding. */
const INFLATERS = new Map<string, () => Transform>([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
  ['zstd', createZstdDecompress],
]);

/** Bytes of memory that an inflater uses: its window and a chunk. */
export const INFLATER_BYTES = 64 * 1024;

/** Returns the factory of the inflater for a Content-Encoding; undefined for a plain body. Throws `unsupported_media_type`. */
export function inflaterFor(
  contentEncoding: string | undefined,
  inflates: boolean,
): (() => Transform) | undefined {
  const encoding = contentEncoding?.toLowerCase() ?? 'identity';
  if (encoding === 'identity') return undefined;
  const inflater = inflates ? INFLATERS.get(encoding) : undefined;
  if (inflater) return inflater;
  throw new ProblemException('unsupported_media_type', {
    detail: inflates
      ? 'Send the body uncompressed, or with Content-Encoding: gzip.'
      : 'Send the body without Content-Encoding.',
  });
}

/**
 * Inflates a whole body on zlib's threads, until `into` throws. Throws `invalid_encoding` if the bytes have another
 * encoding, and the errors of `into`.
 */
export async function inflate(
  inflater: Transform,
  bytes: Buffer,
  into: HeldBytes,
): Promise<void> {
  inflater.end(bytes);
  try {
    for await (const chunk of inflater) into.add(chunk as Buffer);
  } catch (error) {
    if (error instanceof ProblemException) throw error;
    throw new ProblemException('invalid_encoding', {
      detail:
        'The body does not match its Content-Encoding. Send it uncompressed or as gzip.',
    });
  }
}
