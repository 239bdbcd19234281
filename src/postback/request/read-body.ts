import type { Request } from 'express';
import { MAX_POSTBACK_BODY } from '../../http/request-limits';
import { withBody } from '../../http/with-body';
import { deadlineOf } from './within-deadline';

const utf8 = new TextDecoder();

/** The body of a single postback as text. Throws the problems of {@link withBody}. */
export function readBody(request: Request): Promise<string> {
  return withText(request, MAX_POSTBACK_BODY, (text) => text);
}

/**
 * Reads a body as text and passes it to `use`; its memory stays reserved until `use` has settled. `limit`: bytes, inflated.
 * Throws the problems of {@link withBody}.
 */
export function withText<T>(
  request: Request,
  limit: number,
  use: (text: string) => T | Promise<T>,
): Promise<T> {
  const options = {
    limit,
    until: deadlineOf(request.arrivedAt),
    inflates: true,
  };
  return withBody(request, options, (bytes) => {
    // A rejection is stored with its body.
    request.body = bytes;
    return use(bytes ? utf8.decode(bytes) : '');
  });
}
