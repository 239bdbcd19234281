/** The reason of a signal: another instance may hold the job now, or the job has ended. */
export class LeaseLostError extends Error {
  override readonly message = 'The lease of the job is lost';
}

/** The reason of a signal: this instance stops, and another one continues the job. */
export class StoppedError extends Error {
  override readonly message = 'The instance stops';
}
