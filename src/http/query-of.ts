import type { Request } from 'express';

/** The query string as it was sent, without `?`; empty if there is none. ASCII: its characters are its bytes. */
export function queryOf({ originalUrl }: Pick<Request, 'originalUrl'>): string {
  const start = originalUrl.indexOf('?');
  return start === -1 ? '' : originalUrl.slice(start + 1);
}
