import type { Line } from './lines';

/** How a line of CSV (RFC 4180) ends. */
interface Scan {
  /** Open: within a quoted cell. Broken: text stands behind the closing quotation mark of a cell. */
  readonly state: 'complete' | 'open' | 'broken';
  /** The cells that end in it. */
  readonly cells: number;
}

/** Where a quoted cell that is open at the beginning of a line leads to. */
export interface Ending extends Scan {
  /** Index of the last line that was looked at. */
  readonly last: number;
  /** Characters of these lines, with a line feed before each. */
  readonly length: number;
}

/** What may stand between a closing quotation mark and the next cell. */
const NEXT_CELL = /\s*,/y;

/** Looks for the end of a line that begins with a cell, or within a quoted one. */
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
 * For each line, and the end of the lines, where a quoted cell leads to that is open there. Each line is read once, from
 * the last to the first: rows that begin one in the other share what follows.
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

/** Where a quoted cell is closed; -1 where it is not. Two quotation marks stand for one in it. */
function closingQuote(text: string, start: number): number {
  let quote = text.indexOf('"', start);
  while (quote !== -1 && text[quote + 1] === '"') {
    quote = text.indexOf('"', quote + 2);
  }
  return quote;
}
