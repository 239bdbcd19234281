/** The process cannot start; the message is one line that says what to do about it. */
export class StartupError extends Error {}
