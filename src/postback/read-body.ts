import { promisify } from 'node:util';
import { type JsonValue, parseForm, parseJsonObject } from '@app/reading';
import { parse as parseContentType } from 'content-type';
import express, { type Request, type Response } from 'express';
import { MAX_JSON_DEPTH } from '../http/json-body';
import { ProblemException } from '../problems/problem.exception';
import { withinDeadline } from './within-deadline';

/** Bytes, inflated. */
export const MAX_BODY = 32 * 1024;

const utf8 = new TextDecoder();

/** One name and value as it was sent; a value that cannot be decoded says so. */
export interface SentParameter {
  readonly name: string;
  readonly value: JsonValue;
  readonly wellFormed: boolean;
}

/** The body of a postback as text. Throws the contract's problems for one that cannot be read. */
export const readBody = textReader(MAX_BODY);

/** The parameters in the text of a body. Throws `unsupported_media_type` for what is neither JSON nor a form. */
export function parseBody(
  contentType: string | undefined,
  text: string,
): SentParameter[] {
  return isJson(contentType, text) ? readJson(text) : parseForm(text);
}

/** Makes what reads a body as text; `limit`: bytes, inflated. It throws the contract's problems for a body that cannot be read. */
export function textReader(
  limit: number,
): (request: Request) => Promise<string> {
  const readBytes = promisify<Request, Response, void>(
    express.raw({ type: () => true, limit }),
  );
  const tooLarge = () =>
    new ProblemException('payload_too_large', {
      detail: `The body may hold at most ${limit / 1024} KiB, inflated. Send less, or in parts.`,
    });
  return async (request) => {
    // body-parser would wait for all of it.
    if (Number(request.get('content-length')) > limit) throw tooLarge();
    // Express hands the response to every request; body-parser looks only at its type.
    const reading = readBytes(request, request.res!);
    await withinDeadline(request.arrivedAt, reading).catch((error: unknown) => {
      throw isTooLarge(error) ? tooLarge() : toBodyProblem(error);
    });
    const bytes: unknown = request.body;
    return Buffer.isBuffer(bytes) ? utf8.decode(bytes) : '';
  };
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

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && 'status' in error && error.status === 413;
}

function toBodyProblem(error: unknown): unknown {
  // The inflater's own errors, a wrong length: the bytes are not what the headers say.
  return error instanceof Error && 'status' in error && error.status === 400
    ? new ProblemException('invalid_encoding', {
        detail:
          'The body is not what Content-Encoding and Content-Length say. Send it plain or gzipped.',
      })
    : error;
}
