/** The process cannot start. The message is one line that ends with what to do. */
export class StartupError extends Error {}
