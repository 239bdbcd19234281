import type { FieldFault } from '../fields/field-fault';
import type { SentParameter } from '../postback/pipeline/parameters';

/** One row of a file, before its values are read. */
export interface Row {
  /** The number of its first line; the first line of a file is 1. */
  readonly line: number;
  /** The text in the file. */
  readonly text: string;
  /** The names and values of the row. Throws {@link RowRejectedError} and the errors of reading a postback. */
  read(): SentParameter[];
}

/** What is wrong with a row, or with one of its fields. */
export type RowFault = Omit<FieldFault, 'field'> &
  Partial<Pick<FieldFault, 'field'>>;

/** The row is rejected for a reason that only imports have. */
export class RowRejectedError extends Error {
  constructor(readonly fault: RowFault) {
    super(fault.message);
  }
}
