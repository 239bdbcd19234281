/** A tracker's own message is well-formed, but not about an install: there is nothing to store and nothing to correct. */
export class NotAnInstallError extends Error {
  constructor(readonly tracker: string) {
    super(`The message of ${tracker} is not an install`);
  }
}
