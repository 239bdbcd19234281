import type { NextFunction, Request, Response } from 'express';
import { ProblemException } from '../problems/problem.exception';

/** GET and POST only: Express would answer HEAD as a GET, and store. */
export function requireIngestMethod(
  { method }: Request,
  _response: Response,
  next: NextFunction,
): void {
  if (method !== 'GET' && method !== 'POST') {
    throw new ProblemException('method_not_allowed', {
      headers: { Allow: 'GET, POST, OPTIONS' },
    });
  }
  next();
}
