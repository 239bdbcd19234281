import Papa from 'papaparse';
import { StartupError } from '../config/startup-error';
import { MAX_POSTBACK_BODY } from '../http/request-limits';
import type { SentParameter } from '../postback/pipeline/parameters';
import { type Ending, endingsOf, scanLine } from './csv-endings';
import { type Line, requireReadable } from './lines';
import { RowRejectedError, type Row } from './row';

/**
 * The rows of a CSV file (RFC 4180). The first line names the columns; blank lines are skipped. Throws
 * {@link StartupError} if the first line does not name the columns.
 */
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

/** Removes the complete rows from the lines and returns them; at the end of the file, all rows. */
function takeRows(
  lines: Line[],
  columns: readonly string[],
  atEnd: boolean,
): Row[] {
  const rows: Row[] = [];
  let endings: Ending[] | undefined;
  const endingAt = (line: number) => (endings ??= endingsOf(lines))[line];
  let taken = 0;
  while (taken < lines.length) {
    if (lines[taken].text.trim() === '') {
      taken++;
      continue;
    }
    const last = lastLineOf(lines, taken, columns.length, endingAt);
    if (last === undefined && !atEnd) break;
    if (last === undefined || last < taken) {
      // An extra quotation mark rejects this line only, not all lines after it.
      rows.push(new UnreadableRow(lines[taken++]));
      continue;
    }
    rows.push(new CsvRow(lines.slice(taken, last + 1), columns));
    taken = last + 1;
  }
  lines.splice(0, taken);
  return rows;
}

/** The last line of the row that begins in line `first`; -1 if the row is malformed, undefined if its end has not been read yet. */
function lastLineOf(
  lines: readonly Line[],
  first: number,
  columns: number,
  endingAt: (line: number) => Ending,
): number | undefined {
  const { text, isUtf8 } = lines[first];
  if (!isUtf8 || text.length > MAX_POSTBACK_BODY) return -1;
  const { state, cells } = scanLine(text);
  if (state !== 'open') return state === 'complete' ? first : -1;
  const rest = endingAt(first + 1);
  if (text.length + rest.length > MAX_POSTBACK_BODY) return -1;
  if (rest.state === 'open') return undefined;
  const isWhole = rest.state === 'complete' && cells + rest.cells === columns;
  return isWhole ? rest.last : -1;
}

function readHeader({ text, isUtf8 }: Line): string[] {
  if (!isUtf8 || scanLine(text).state !== 'complete') {
    throw new StartupError(
      'The first line must contain the names of the columns, as CSV in UTF-8.',
    );
  }
  const cells = split(text);
  // An install has at least two fields.
  if (cells.length < 2) {
    throw new StartupError(
      'The first line names one column only. It must contain the names of all columns, separated by commas.',
    );
  }
  return cells.map((name) => name.trim());
}

/** The cells of one complete row. */
function split(text: string): string[] {
  return Papa.parse<string[]>(text, CSV).data[0];
}

const CSV = { delimiter: ',', newline: '\n' } as const;

class CsvRow implements Row {
  readonly line: number;
  readonly text: string;

  constructor(
    lines: readonly Line[],
    private readonly columns: readonly string[],
  ) {
    this.line = lines[0].number;
    this.text = lines.map(({ text }) => text).join('\n');
  }

  /** An empty cell counts as not sent. */
  read(): SentParameter[] {
    const { columns } = this;
    const cells = split(this.text);
    if (cells.length !== columns.length) {
      throw new RowRejectedError({
        code: 'malformed_csv',
        message: `The row has ${cells.length} cells, but the first line has ${columns.length}`,
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
    throw new RowRejectedError({
      code: 'malformed_csv',
      message:
        'A quotation mark is not closed, or is followed by text in the same cell. Double each quotation mark within a quoted cell',
    });
  }
}
