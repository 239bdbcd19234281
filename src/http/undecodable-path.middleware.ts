import type { NextFunction, Request, Response } from 'express';

/**
 * Takes a path of the ingest endpoint whose percent signs cannot be decoded by the letter: else Express would refuse it
 * before anybody knows whose it is.
 */
export function undecodablePath(
  request: Request,
  _response: Response,
  next: NextFunction,
): void {
  const { url } = request;
  if (url.startsWith('/track/')) {
    const end = url.indexOf('?');
    const path = end === -1 ? url : url.slice(0, end);
    if (path.includes('%') && !isDecodable(path)) {
      request.url = path.replaceAll('%', '%25') + url.slice(path.length);
    }
  }
  next();
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
