import { type JsonValue, parseForm, parseJsonObject } from '@app/reading';
import { parse as parseContentType } from 'content-type';
import { MAX_JSON_DEPTH } from '../../http/request-limits';
import type { RequestText } from '../../http/request-text';
import { ProblemException } from '../../problems/problem.exception';

/** One name and value of a query, a form, a JSON object or a row. */
export interface SentParameter {
  readonly name: string;
  readonly value: JsonValue;
  /** False if the percent-encoding of the value is broken. */
  readonly wellFormed: boolean;
}

/**
 * The parameters of the query, then those of the body. Throws `unsupported_media_type` for a body that is neither JSON nor
 * a form, and the problems of {@link jsonParametersOf}.
 */
export function parametersOf({
  query,
  contentType,
  body,
}: RequestText): SentParameter[] {
  const parameters: SentParameter[] = parseForm(query);
  if (body === '') return parameters;
  const sent = isJson(contentType, body)
    ? jsonParametersOf(body)
    : parseForm(body);
  parameters.push(...sent);
  return parameters;
}

/** The members of a JSON object. Throws `malformed_json` and `too_deep`, as errors that `toProblem` translates. */
export function jsonParametersOf(text: string): SentParameter[] {
  return parseJsonObject(text, MAX_JSON_DEPTH).members.map(([name, value]) => ({
    name,
    value,
    wellFormed: true,
  }));
}

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
