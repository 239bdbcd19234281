import type { FieldFault } from '../fields/field-fault';
import type { SentParameter } from '../postback/pipeline/parameters';

/** One row of a file, not yet read. */
export interface Row {
  /** Where it begins; the first line of a file is 1. */
  readonly line: number;
  /** As it stands in the file. */
  readonly text: string;
  /** What was sent with it. Throws {@link RefusedRow}, or what the reading of a postback throws. */
  read(): SentParameter[];
}

/** What is wrong with a row, or with one of its fields. */
export type RowFault = Omit<FieldFault, 'field'> &
  Partial<Pick<FieldFault, 'field'>>;

/** A row that cannot be taken as an install, for reasons that no postback has. */
export class RefusedRow extends Error {
  constructor(readonly fault: RowFault) {
    super(fault.message);
  }
}
