import type { NextFunction, Request, Response } from 'express';
import { randomUUID } from 'node:crypto';
import { ProblemException } from '../problems/problem.exception';

/** Reads the clock, once, and names the request; every answer carries the name and is kept by no cache. */
export function arrival(
  request: Request,
  response: Response,
  next: NextFunction,
): void {
  request.receivedAt = new Date();
  request.id = randomUUID();
  response.setHeader('X-Request-Id', request.id);
  response.setHeader('Cache-Control', 'no-store');
  if (!request.headers.host && request.httpVersion === '1.1') {
    response.setHeader('Connection', 'close');
    throw new ProblemException('malformed_request');
  }
  next();
}
