import { isUtf8 } from 'node:buffer';
import { MAX_POSTBACK_BODY } from '../http/request-limits';
import { RowRejectedError } from './row';

export interface Line {
  /** The first line is 1. */
  readonly number: number;
  /** Without the line ending. A line that is too long may be cut off. */
  readonly text: string;
  /** Bytes. */
  readonly size: number;
  readonly isUtf8: boolean;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BYTE_ORDER_MARK = /^\uFEFF/;
const EMPTY = Buffer.alloc(0);

/**
 * The lines of a file, one chunk at a time. Not with node:readline, which also ends a line at U+2028, which JSON may
 * contain, and holds lines of any length in memory.
 */
export async function* linesOf(
  chunks: AsyncIterable<Buffer>,
): AsyncGenerator<Line[]> {
  let number = 0;
  let begun = EMPTY;
  for await (const chunk of chunks) {
    const lines: Line[] = [];
    let start = 0;
    for (
      let end = chunk.indexOf(LINE_FEED);
      end >= 0;
      end = chunk.indexOf(LINE_FEED, start)
    ) {
      const part = chunk.subarray(start, end);
      lines.push(
        toLine(
          ++number,
          begun.length > 0 ? Buffer.concat([begun, part]) : part,
        ),
      );
      begun = EMPTY;
      start = end + 1;
    }
    // A longer line is rejected anyway: its beginning is enough.
    if (begun.length <= MAX_POSTBACK_BODY) {
      begun = Buffer.concat([begun, chunk.subarray(start)]);
    }
    yield lines;
  }
  if (begun.length > 0) yield [toLine(++number, begun)];
}

function toLine(number: number, bytes: Buffer): Line {
  const content =
    bytes.at(-1) === CARRIAGE_RETURN ? bytes.subarray(0, -1) : bytes;
  const text = content.toString();
  return {
    number,
    text: number === 1 ? text.replace(BYTE_ORDER_MARK, '') : text,
    size: content.length,
    isUtf8: isUtf8(content),
  };
}

/** Throws {@link RowRejectedError} for a line that is too long or not UTF-8. */
export function requireReadable({ size, isUtf8: readable }: Line): void {
  if (size > MAX_POSTBACK_BODY) {
    throw new RowRejectedError({
      code: 'payload_too_large',
      message: `A row may hold at most ${MAX_POSTBACK_BODY / 1024} KiB`,
    });
  }
  if (!readable) {
    throw new RowRejectedError({
      code: 'invalid_encoding',
      message: 'The line is not UTF-8. Save the file as UTF-8',
    });
  }
}
