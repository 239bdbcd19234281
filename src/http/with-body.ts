import type { Request } from 'express';
import { ProblemException } from '../problems/problem.exception';
import { BODY_BUDGET, type BodyBudget, type Hold } from './body-budget';
import { HeldBytes, tooLarge } from './held-bytes';
import { REQUEST_SLICES } from './request-slices';
import { inflate, INFLATER_BYTES, inflaterFor } from './inflate';

interface BodyOptions {
  /** Bytes, sent and inflated. */
  readonly limit: number;
  /** By `performance.now()`: what has not arrived then is dropped. Else the server's own limit ends it. */
  readonly until?: number;
  /** Takes compressed bodies as well. */
  readonly inflates: boolean;
  readonly budget?: BodyBudget;
}

/**
 * Reads the body of a request and hands it to `use`; undefined when the request has none. Its bytes
 * count against the budget of who sent it until `use` has settled. A compressed body is inflated
 * when all of it is there.
 *
 * Throws `payload_too_large`, `unsupported_media_type`, `invalid_encoding`, `request_cut_off`, and
 * `overloaded` when it is too late or over the budget.
 */
export async function withBody<T>(
  request: Request,
  options: BodyOptions,
  use: (body: Buffer | undefined) => T | Promise<T>,
): Promise<T> {
  if (!hasBody(request)) return use(undefined);
  if (Number(request.headers['content-length']) > options.limit) {
    throw tooLarge(options.limit);
  }
  const { budget = BODY_BUDGET } = options;
  const hold = budget.hold(request.apiKey?.keyId ?? 'administrator');
  try {
    return await use(await read(request, options, hold));
  } finally {
    hold.release();
  }
}

function hasBody({ headers }: Request): boolean {
  return (
    headers['transfer-encoding'] !== undefined ||
    headers['content-length'] !== undefined
  );
}

async function read(
  request: Request,
  { limit, until, inflates }: BodyOptions,
  hold: Hold,
): Promise<Buffer> {
  const makeInflater = inflaterFor(
    request.headers['content-encoding'],
    inflates,
  );
  const sent = new HeldBytes(hold, limit);
  const received = receive(request, sent, until);
  if (received) {
    await received;
    await REQUEST_SLICES.turnOf(request.socket);
  }
  if (!makeInflater) return sent.bytes;
  hold.grow(INFLATER_BYTES);
  const inflated = new HeldBytes(hold, limit);
  const inflater = makeInflater();
  const timer = whenLate(until, (problem) => inflater.destroy(problem));
  try {
    await inflate(inflater, sent.bytes, inflated);
  } finally {
    clearTimeout(timer);
  }
  hold.shrink(INFLATER_BYTES);
  sent.drop();
  return inflated.bytes;
}

function receive(
  request: Request,
  sent: HeldBytes,
  until: number | undefined,
): Promise<void> | void {
  // Most bodies come together with the headers.
  if (request.complete && !request.destroyed) {
    let chunk: Buffer | null;
    while ((chunk = request.read() as Buffer | null)) sent.add(chunk);
    return;
  }
  return new Promise((resolve, reject) => {
    const add = (chunk: Buffer) => {
      try {
        sent.add(chunk);
      } catch (error) {
        settle(error);
      }
    };
    const end = () => settle();
    const cutOff = () => settle(new ProblemException('request_cut_off'));
    const settle = (problem?: unknown) => {
      clearTimeout(timer);
      request.off('data', add).off('end', end).off('close', cutOff);
      // What still comes is dropped.
      request.resume();
      if (problem) {
        sent.drop();
        reject(problem);
      } else resolve();
    };
    const timer = whenLate(until, settle);
    if (request.destroyed) return cutOff();
    request.on('data', add).on('end', end).on('close', cutOff);
  });
}

function whenLate(
  until: number | undefined,
  act: (problem: ProblemException) => void,
): NodeJS.Timeout | undefined {
  if (until === undefined) return undefined;
  const delay = Math.max(0, until - performance.now());
  return setTimeout(() => act(tooLate()), delay);
}

function tooLate(): ProblemException {
  return new ProblemException('overloaded', {
    detail:
      'The body did not arrive in time. Send the request again, all of it at once.',
    headers: { Connection: 'close' },
  });
}
