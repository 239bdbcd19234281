/** Requests at fixed moments, whatever becomes of them. */
export interface Schedule {
  /** When the first one is due, by `milliseconds`. */
  readonly start: number;
  /** Requests a second. */
  readonly rate: number;
  readonly count: number;
}

/** A clock that all threads of a machine share. */
export function milliseconds(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
