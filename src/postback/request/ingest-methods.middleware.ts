import cors from 'cors';
import type { NextFunction, Request, Response } from 'express';
import { parseIngestPath } from '../../http/ingest-path';
import { ProblemException } from '../../problems/problem.exception';

/** Web games call the endpoint from browsers. */
const allowBrowsers = cors({
  origin: '*',
  methods: ['GET', 'POST'],
  allowedHeaders: ['Content-Type', 'X-Api-Key', 'Authorization'],
  exposedHeaders: ['X-Request-Id', 'Retry-After'],
  maxAge: 86_400,
});

/** Allows GET, POST and the preflight requests of browsers. Express would handle HEAD as a GET, and store an install. */
export function ingestMethods(
  request: Request,
  response: Response,
  next: NextFunction,
): void {
  const { method, headers } = request;
  const isIngest = method === 'GET' || method === 'POST';
  // The usual case: a tracker is not a browser and sends no Origin.
  if (isIngest && headers.origin === undefined) return next();
  allowBrowsers(request, response, () => {
    if (isIngest) return next();
    const path = request.baseUrl + request.path;
    throw methodNotAllowed(parseIngestPath(path)?.action === 'batch');
  });
}

export function methodNotAllowed(isBatch: boolean): ProblemException {
  return new ProblemException('method_not_allowed', {
    headers: { Allow: isBatch ? 'POST, OPTIONS' : 'GET, POST, OPTIONS' },
  });
}
