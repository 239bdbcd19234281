/** One fault of one field of a request. */
export interface FieldFault {
  /** The field; `request` for the request as a whole. */
  readonly field: string;
  readonly code: string;
  readonly message: string;
}
