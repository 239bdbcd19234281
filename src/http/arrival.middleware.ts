import type { NextFunction, RequestHandler } from 'express';
import { randomUUID } from 'node:crypto';
import type { DatabaseClock } from '../database/database-clock';
import type { Drain } from './drain';
import type { EventLoopLag } from './event-loop-lag';
import { ProblemException } from '../problems/problem.exception';

/** Milliseconds. With a longer delay, new requests would get their responses too late. */
const TOO_LATE = 500;

/**
 * Sets the arrival time and the id of a request, and the headers that all responses have. Rejects requests while the
 * service shuts down or is overloaded.
 */
export function arrival(
  clock: DatabaseClock,
  drain: Drain,
  lag: EventLoopLag,
): RequestHandler {
  return (request, response, next) => {
    request.receivedAt = clock.now();
    request.id = randomUUID();
    response.setHeader('X-Request-Id', request.id);
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    if (drain.active && request.path !== '/health/live') {
      response.setHeader('Connection', 'close');
      request.resume();
      void refuseAfter(drain.deaf, next);
      return;
    }
    const waited = performance.now() - request.arrivedAt;
    if (
      Math.max(lag.lasting, waited) > TOO_LATE &&
      request.path !== '/health/live'
    ) {
      throw new ProblemException('overloaded');
    }
    next();
  };
}

async function refuseAfter(
  deaf: Promise<void>,
  next: NextFunction,
): Promise<void> {
  await deaf;
  next(new ProblemException('shutting_down'));
}
