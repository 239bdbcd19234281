import { MalformedJsonError, splitJsonArray } from '@app/reading';
import { parse as parseContentType } from 'content-type';
import type { Request } from 'express';
import { ProblemException } from '../problems/problem.exception';
import { textReader } from './read-body';

/** Bytes, inflated. */
const MAX_BATCH = 1024 * 1024;
/** The body of a batch as text. Throws the contract's problems for one that cannot be read. */
export const readBatchText = textReader(MAX_BATCH);
const MAX_POSTBACKS = 1_000;
const LINES = /^application\/(?:x-)?ndjson$/i;

/**
 * Reads the body of a batch; what it resolves to answers the texts of the postbacks in it: items of a JSON array, or
 * lines. Both throw the contract's problems for a body that is neither.
 */
export async function readBatch(request: Request): Promise<() => string[]> {
  // Before anything is refused: what is refused is kept as a whole.
  const text = await readBatchText(request);
  const isLines = LINES.test(typeOf(request));
  return () => split(text, isLines);
}

function split(text: string, isLines: boolean): string[] {
  const items = isLines ? splitLines(text) : splitArray(text);
  if (items.length > MAX_POSTBACKS) {
    throw new ProblemException('payload_too_large', {
      detail: `A batch may hold at most ${MAX_POSTBACKS} postbacks; this one has more. Send it in parts.`,
    });
  }
  return items;
}

/** What is not white space, to the end of its line. Stops behind too many. */
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
      detail: `${error.message}. Send a JSON array of postbacks, or a postback a line as application/x-ndjson.`,
    });
  }
}

/** Throws `unsupported_media_type` for what is no JSON in UTF-8; without a type it is taken for an array. */
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
      'Send a JSON array as application/json, or a postback a line as application/x-ndjson, in UTF-8.',
  });
}
