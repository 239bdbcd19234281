import { type JsonValue, parseForm, parseJsonObject } from '@app/reading';
import { parse as parseContentType } from 'content-type';
import type { Request } from 'express';
import { MAX_JSON_DEPTH, MAX_POSTBACK_BODY } from '../../http/request-limits';
import { withBody } from '../../http/with-body';
import { ProblemException } from '../../problems/problem.exception';
import { deadlineOf } from '../within-deadline';

const utf8 = new TextDecoder();

/** One name and value as it was sent; a value that cannot be decoded says so. */
export interface SentParameter {
  readonly name: string;
  readonly value: JsonValue;
  readonly wellFormed: boolean;
}

/** The body of a postback as text. Throws the contract's problems for one that cannot be read. */
export function readBody(request: Request): Promise<string> {
  return withText(request, MAX_POSTBACK_BODY, (text) => text);
}

/** The parameters in the text of a body. Throws `unsupported_media_type` for what is neither JSON nor a form. */
export function parseBody(
  contentType: string | undefined,
  text: string,
): SentParameter[] {
  return isJson(contentType, text) ? readJson(text) : parseForm(text);
}

/**
 * Reads a body as text and hands it to `use`; the memory it takes is reserved until that has
 * settled. `limit`: bytes, inflated. Throws the contract's problems for a body that cannot be read.
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
    // A refused request is kept with its body.
    request.body = bytes;
    return use(bytes ? utf8.decode(bytes) : '');
  });
}

/** The members of a JSON object. */
export function readJson(text: string): SentParameter[] {
  return parseJsonObject(text, MAX_JSON_DEPTH).members.map(([name, value]) => ({
    name,
    value,
    wellFormed: true,
  }));
}

/** JSON or a form; throws `unsupported_media_type` for what is neither. */
function isJson(header: string | undefined, text: string): boolean {
  if (!header) return looksLikeJson(text);
  const { type, charset } = parseMediaType(header);
  if (charset !== undefined && !/^utf-?8$/i.test(charset)) {
    throw new ProblemException('unsupported_media_type');
  }
  if (type === 'application/json' || type.endsWith('+json')) return true;
  if (type === 'application/x-www-form-urlencoded') return false;
  if (type === 'text/plain') return looksLikeJson(text);
  throw new ProblemException('unsupported_media_type');
}

function parseMediaType(header: string) {
  try {
    const { type, parameters } = parseContentType(header);
    return { type: type.toLowerCase(), charset: parameters.charset };
  } catch {
    throw new ProblemException('unsupported_media_type');
  }
}

function looksLikeJson(text: string): boolean {
  return text.trimStart().startsWith('{');
}
