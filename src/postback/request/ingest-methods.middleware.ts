import cors from 'cors';
import type { NextFunction, Request, Response } from 'express';
import { parseIngestPath } from '../../http/ingest-path';
import { ProblemException } from '../../problems/problem.exception';

/** Web games call the endpoint from the browser. */
const allowBrowsers = cors({
  origin: '*',
  methods: ['GET', 'POST'],
  allowedHeaders: ['Content-Type', 'X-Api-Key', 'Authorization'],
  exposedHeaders: ['X-Request-Id', 'Retry-After'],
  maxAge: 86_400,
});

/** GET and POST, and the preflights of browsers; Express would answer HEAD as a GET, and store. */
export function ingestMethods(
  request: Request,
  response: Response,
  next: NextFunction,
): void {
  const { method, headers } = request;
  const isIngest = method === 'GET' || method === 'POST';
  // Trackers, which are no browsers, send no Origin.
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
