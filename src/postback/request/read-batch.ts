import { MalformedJsonError, splitJsonArray } from '@app/reading';
import { parse as parseContentType } from 'content-type';
import type { Request } from 'express';
import { ProblemException } from '../../problems/problem.exception';
import { withText } from './read-body';

/** Bytes, inflated. */
const MAX_BATCH = 1024 * 1024;
const MAX_POSTBACKS = 1_000;
const LINES = /^application\/(?:x-)?ndjson$/i;

/** Reads the body of a batch without splitting it. Throws the contract's problems for a body that cannot be read. */
export function readBatchText(request: Request): Promise<string> {
  return withText(request, MAX_BATCH, (text) => text);
}

/**
 * Reads the body of a batch and passes `use` a function that splits it into the texts of its postbacks: items of a JSON
 * array, or lines. The memory of the body stays reserved until `use` has settled. Both functions throw the contract's
 * problems for a body that is neither.
 */
export function withBatch<T>(
  request: Request,
  use: (split: () => string[]) => Promise<T>,
): Promise<T> {
  return withText(request, MAX_BATCH, (text) => {
    const isLines = LINES.test(typeOf(request));
    return use(() => split(text, isLines));
  });
}

function split(text: string, isLines: boolean): string[] {
  const items = isLines ? splitLines(text) : splitArray(text);
  if (items.length > MAX_POSTBACKS) {
    throw new ProblemException('payload_too_large', {
      detail: `A batch can contain at most ${MAX_POSTBACKS} postbacks, and this batch contains more. Split it into smaller batches.`,
    });
  }
  return items;
}

/** The lines that are not blank, each without leading white space. Stops after one line too many. */
function splitLines(text: string): string[] {
  const lines: string[] = [];
  for (const [line] of text.matchAll(/[^ \t\r\n][^\n]*/g)) {
    lines.push(line);
    if (lines.length > MAX_POSTBACKS) break;
  }
  return lines;
}

function splitArray(text: string): string[] {
  try {
    return splitJsonArray(text, MAX_POSTBACKS);
  } catch (error) {
    if (!(error instanceof MalformedJsonError)) throw error;
    throw new ProblemException('malformed_json', {
      detail: `${error.message}. Send a JSON array of postbacks, or one postback on each line as application/x-ndjson.`,
    });
  }
}

/** The media type; empty if there is none, which means an array. Throws `unsupported_media_type` unless it is JSON in UTF-8. */
function typeOf(request: Request): string {
  const header = request.get('content-type');
  if (!header) return '';
  try {
    const { type, parameters } = parseContentType(header);
    const isUtf8 = /^utf-?8$/i.test(parameters.charset ?? 'utf-8');
    if (
      isUtf8 &&
      (LINES.test(type) || /^application\/(?:.+\+)?json$/i.test(type))
    ) {
      return type;
    }
  } catch {
    // As below.
  }
  throw new ProblemException('unsupported_media_type', {
    detail:
      'Send UTF-8: a JSON array as application/json, or one postback on each line as application/x-ndjson.',
  });
}
