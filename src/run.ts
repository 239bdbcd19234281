import { StartupError } from './config/startup-error';

/** Runs a command. Prints one line for a {@link StartupError}, and a stack trace for any other error, then exits with 1. */
export function run(command: () => Promise<void>): void {
  command().catch((error: unknown) => {
    const message =
      error instanceof StartupError
        ? error.message
        : error instanceof Error
          ? error.stack
          : String(error);
    process.stderr.write(`${message}\n`, () => process.exit(1));
  });
}
