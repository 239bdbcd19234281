import type { NextFunction, RequestHandler } from 'express';
import { randomUUID } from 'node:crypto';
import type { DatabaseClock } from '../database/database-clock';
import type { Drain } from './drain';
import type { EventLoopLag } from './event-loop-lag';
import { ProblemException } from '../problems/problem.exception';

/** Milliseconds. This late, what has arrived last would be answered too late. */
const TOO_LATE = 500;

/**
 * Reads the clock, once, and names the request; every answer carries the name and is kept by no
 * cache. Takes no request while the service is on its way out, or can hardly keep up.
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
