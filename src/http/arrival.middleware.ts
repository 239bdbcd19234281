import type { NextFunction, Request, Response } from 'express';
import { v7 as uuidv7 } from 'uuid';

/** Reads the clock, once, and names the request; every answer carries the name and is kept by no cache. */
export function arrival(
  request: Request,
  response: Response,
  next: NextFunction,
): void {
  request.receivedAt = new Date();
  request.id = uuidv7();
  response.setHeader('X-Request-Id', request.id);
  response.setHeader('Cache-Control', 'no-store');
  next();
}
