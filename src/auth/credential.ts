import { unescape } from 'node:querystring';
import type { Request } from 'express';

const APIKEY = /[?&]apikey=([^&#]+)/;
const BEARER = /^Bearer +(\S+) *$/i;

/** The key of a request: from `?apikey=`, else `X-Api-Key`, else `Authorization: Bearer`. */
export function keyOf(request: Request): string | undefined {
  const inQuery = APIKEY.exec(request.originalUrl)?.[1];
  if (inQuery !== undefined) return unescape(inQuery);
  return request.get('x-api-key') || bearerOf(request);
}

/** The token of `Authorization: Bearer`. */
export function bearerOf(request: Request): string | undefined {
  return BEARER.exec(request.get('authorization') ?? '')?.[1];
}
