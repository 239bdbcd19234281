import type { IncomingMessage } from 'node:http';
import type { NextFunction, Request, Response } from 'express';
import { ProblemException } from '../problems/problem.exception';
import { plainUrl } from './ingest-path';

const ABSOLUTE_FORM = /^https?:\/\/([^/?#]*)(.*)$/is;

/**
 * Converts an absolute target to a path. Its host replaces the one of the header (RFC 9112, section 3.2.2). Must be
 * called before Express, which remembers the host of an absolute target. Other targets, such as `*`, stay unchanged.
 */
export function toOriginForm(request: IncomingMessage): void {
  if (request.url!.startsWith('/')) return;
  const match = ABSOLUTE_FORM.exec(request.url!);
  if (!match) return;
  const [, host, rest] = match;
  if (request.headers.host) request.headers.host = host;
  request.url = rest.startsWith('/') ? rest : `/${rest}`;
}

/** Requires exactly one `Host` (RFC 9112, section 3.2), and normalises the URL for everything after it. */
export function requestTarget(
  request: Request,
  response: Response,
  next: NextFunction,
): void {
  if (!hasOneHost(request)) {
    response.setHeader('Connection', 'close');
    throw new ProblemException('malformed_request', {
      detail: 'Send the header Host once, with the host of the URL.',
    });
  }
  request.url = plainUrl(request.url);
  request.originalUrl = request.url;
  next();
}

/** HTTP/1.0 does not require the header. */
function hasOneHost({ headers, rawHeaders, httpVersion }: Request): boolean {
  if (!headers.host && httpVersion === '1.1') return false;
  let hosts = 0;
  // `headers` contains only the first one.
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i];
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++;
  }
  return hosts <= 1;
}
