import { StartupError } from './config/startup-error';

/** Runs a command; what stops it is said in one line, with a stack only for a bug of ours. */
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
