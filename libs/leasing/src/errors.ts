/** The reason of a signal: another instance may hold the job by now, or the job has ended. */
export class LeaseLostError extends Error {
  override readonly message = 'The lease of the job is lost';
}

/** The reason of a signal: the instance stops; another one goes on with the job. */
export class StoppedError extends Error {
  override readonly message = 'The instance stops';
}
