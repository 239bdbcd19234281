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

/** Bytes that an inflater takes for itself while it works: its window and a chunk. */
export const INFLATER_BYTES = 64 * 1024;

/** Makes the inflater for a Content-Encoding; undefined for a plain body. Throws `unsupported_media_type`. */
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
      ? 'Send the body plain, or with Content-Encoding: gzip.'
      : 'Send the body without Content-Encoding.',
  });
}

/**
 * Inflates a whole body on zlib's threads, as far as `into` takes it. Throws `invalid_encoding` for
 * bytes of another encoding, and what `into` throws.
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
        'The body is not what Content-Encoding says. Send it plain or gzipped.',
    });
  }
}
