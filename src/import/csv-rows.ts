import Papa from 'papaparse';
import { StartupError } from '../config/startup-error';
import { MAX_BODY, type SentParameter } from '../postback/read-body';
import { type Line, requireReadable } from './lines';
import { RefusedRow, type Row } from './row';

/** The rows of a CSV file (RFC 4180), whose first line names the columns; blank lines are none. Throws {@link StartupError} for a file without such a line. */
export async function* csvRows(
  batches: AsyncIterable<Line[]>,
): AsyncGenerator<Row[]> {
  let columns: string[] | undefined;
  let waiting: Line[] = [];
  for await (const lines of batches) {
    waiting = waiting.concat(lines);
    if (!columns && waiting.length > 0) columns = readHeader(waiting.shift()!);
    if (columns) yield takeRows(waiting, columns, false);
  }
  if (!columns) throw new StartupError('The file is empty.');
  yield takeRows(waiting, columns, true);
}

/** Takes from the lines the rows that are complete, or all at the end of the file. */
function takeRows(
  lines: Line[],
  columns: readonly string[],
  atEnd: boolean,
): Row[] {
  const rows: Row[] = [];
  let taken = 0;
  while (taken < lines.length) {
    if (lines[taken].text.trim() === '') {
      taken++;
      continue;
    }
    const found = findRow(lines, taken, columns, atEnd);
    if (!found) break;
    rows.push(found.row);
    taken += found.lines;
  }
  lines.splice(0, taken);
  return rows;
}

/**
 * The row that begins in a line, and how many it takes; undefined where the next lines must come
 * first. What cannot be told apart is a row of one line: a quotation mark too many refuses that
 * one, and not all that follow.
 */
function findRow(
  lines: readonly Line[],
  first: number,
  columns: readonly string[],
  atEnd: boolean,
): { row: Row; lines: number } | undefined {
  const begin = lines[first];
  const unreadable = { row: new UnreadableRow(begin), lines: 1 };
  let text = begin.text;
  for (let next = first; next < lines.length; next++) {
    const line = lines[next];
    if (next > first) text += `\n${line.text}`;
    if (text.length > MAX_BODY || !line.isUtf8) return unreadable;
    // Without another quotation mark an open cell stays open.
    if (next > first && !line.text.includes('"')) continue;
    const { cells, isOpen, isBroken } = split(text);
    const isOther = next > first && cells.length !== columns.length;
    if (isBroken || (isOther && !isOpen)) return unreadable;
    if (!isOpen) {
      const row = new CsvRow(begin.number, text, columns, cells);
      return { row, lines: next - first + 1 };
    }
  }
  return atEnd ? unreadable : undefined;
}

function readHeader(line: Line): string[] {
  const { cells, isOpen, isBroken } = split(line.text);
  if (isOpen || isBroken || !line.isUtf8) {
    throw new StartupError(
      'The first line must hold the names of the columns, as CSV in UTF-8.',
    );
  }
  // An install has two fields at least.
  if (cells.length < 2) {
    throw new StartupError(
      'The first line names one column only. It must hold the names of all columns, with commas between them.',
    );
  }
  return cells.map((name) => name.trim());
}

/** The cells of one row; whether its end is within a quoted one, and whether a quoted one goes on behind its end. */
function split(text: string) {
  const { data, errors } = Papa.parse<string[]>(text, CSV);
  return {
    cells: data[0],
    isOpen: errors.some(({ code }) => code === 'MissingQuotes'),
    isBroken: errors.some(({ code }) => code === 'InvalidQuotes'),
  };
}

const CSV = { delimiter: ',', newline: '\n' } as const;

class CsvRow implements Row {
  constructor(
    readonly line: number,
    readonly text: string,
    private readonly columns: readonly string[],
    private readonly cells: readonly string[],
  ) {}

  /** An empty cell was not sent. */
  read(): SentParameter[] {
    const { columns, cells } = this;
    if (cells.length !== columns.length) {
      throw new RefusedRow({
        code: 'malformed_csv',
        message: `The row has ${cells.length} cells, the first line ${columns.length}`,
      });
    }
    const sent: SentParameter[] = [];
    for (const [i, value] of cells.entries()) {
      if (value !== '')
        sent.push({ name: columns[i], value, wellFormed: true });
    }
    return sent;
  }
}

class UnreadableRow implements Row {
  constructor(private readonly source: Line) {}

  get line(): number {
    return this.source.number;
  }

  get text(): string {
    return this.source.text;
  }

  read(): never {
    requireReadable(this.source);
    throw new RefusedRow({
      code: 'malformed_csv',
      message:
        'A quotation mark is not closed, or not at the end of its cell. Write those within a quoted cell twice',
    });
  }
}
