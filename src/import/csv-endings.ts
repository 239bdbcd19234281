import type { Line } from './lines';

/** The state at the end of a line of CSV (RFC 4180). */
interface Scan {
  /** Open: within a quoted cell. Broken: text follows the closing quotation mark of a cell. */
  readonly state: 'complete' | 'open' | 'broken';
  /** Cells that end in this line. */
  readonly cells: number;
}

/** The end of the row if a quoted cell is open at the beginning of a line. */
export interface Ending extends Scan {
  /** Index of the last line of the row. */
  readonly last: number;
  /** Characters in these lines, with a line feed before each line. */
  readonly length: number;
}

/** The text between a closing quotation mark and the next cell. */
const NEXT_CELL = /\s*,/y;

/** Finds the state at the end of a line that begins with a new cell, or within a quoted cell. */
export function scanLine(text: string, beginsInQuotes = false): Scan {
  let cells = 0;
  let at = 0;
  let isQuoted = beginsInQuotes;
  for (;;) {
    if (!isQuoted && text[at] === '"') {
      isQuoted = true;
      at++;
    }
    if (isQuoted) {
      const close = closingQuote(text, at);
      if (close === -1) return { state: 'open', cells };
      cells++;
      if (close + 1 === text.length) return { state: 'complete', cells };
      NEXT_CELL.lastIndex = close + 1;
      if (!NEXT_CELL.test(text)) return { state: 'broken', cells };
      at = NEXT_CELL.lastIndex;
    } else {
      const comma = text.indexOf(',', at);
      cells++;
      if (comma === -1) return { state: 'complete', cells };
      at = comma + 1;
    }
    isQuoted = false;
  }
}

/**
 * The end of the row for each line, and for the end of the lines, if a quoted cell is open there. Reads each line once, from
 * the last to the first, so that the time is linear even if every line opens a quotation mark.
 */
export function endingsOf(lines: readonly Line[]): Ending[] {
  let ending: Ending = {
    state: 'open',
    cells: 0,
    last: lines.length - 1,
    length: 0,
  };
  const endings = [ending];
  for (const [last, { text, isUtf8 }] of [...lines.entries()].toReversed()) {
    const { state, cells } = scanLine(text, true);
    const length = text.length + 1;
    if (!isUtf8) ending = { state: 'broken', cells, last, length };
    else if (state !== 'open') ending = { state, cells, last, length };
    else {
      ending = {
        ...ending,
        cells: ending.cells + cells,
        length: ending.length + length,
      };
    }
    endings.push(ending);
  }
  return endings.toReversed();
}

/** The index of the closing quotation mark of a cell, or -1. A doubled quotation mark does not close it. */
function closingQuote(text: string, start: number): number {
  let quote = text.indexOf('"', start);
  while (quote !== -1 && text[quote + 1] === '"') {
    quote = text.indexOf('"', quote + 2);
  }
  return quote;
}
