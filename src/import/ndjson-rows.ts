import { JsonObject } from '@app/reading';
import {
  jsonParametersOf,
  type SentParameter,
} from '../postback/pipeline/parameters';
import { type Line, requireReadable } from './lines';
import { RowRejectedError, type Row } from './row';

/** The members of a line in a report of rejected rows. */
const REPORT_MEMBERS = ['line', 'errors', 'row'];

/** The rows of a file with one JSON object per line. Blank lines are skipped. */
export async function* ndjsonRows(
  batches: AsyncIterable<Line[]>,
): AsyncGenerator<Row[]> {
  for await (const lines of batches) {
    yield lines
      .filter(({ text }) => text.trim() !== '')
      .map((line) => new NdjsonRow(line));
  }
}

class NdjsonRow implements Row {
  constructor(private readonly source: Line) {}

  get line(): number {
    return this.source.number;
  }

  get text(): string {
    return this.source.text;
  }

  read(): SentParameter[] {
    requireReadable(this.source);
    const members = jsonParametersOf(this.text);
    return rowInReport(members) ?? members;
  }
}

/** The row in a line of a report of rejected rows, so that a corrected report can be imported unchanged. */
function rowInReport(
  members: readonly SentParameter[],
): SentParameter[] | undefined {
  if (
    members.length !== 3 ||
    members.some(({ name }, i) => name !== REPORT_MEMBERS[i])
  ) {
    return undefined;
  }
  const { value } = members[2];
  if (!(value instanceof JsonObject)) {
    throw new RowRejectedError({
      field: 'row',
      code: 'malformed_row',
      message: 'Write the row as an object of names and values',
    });
  }
  return value.members.map(([name, each]) => ({
    name,
    value: each,
    wellFormed: true,
  }));
}
