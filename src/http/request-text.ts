/** The parts of a request that hold the postback, as text. */
export interface RequestText {
  readonly query: string;
  readonly contentType: string | undefined;
  /** Empty if there is none. */
  readonly body: string;
}
