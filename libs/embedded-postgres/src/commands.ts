import { isNativeError } from 'node:util/types';

/**
 * The environment of PostgreSQL's programs: no secrets of this process, no variables of libpq, and messages in English,
 * because this library parses some of them.
 */
export const ENVIRONMENT = { LC_ALL: 'C' };

/** The code of an error: of the operating system, a SQLSTATE, or the exit code of a command. */
export function codeOf(error: unknown): string {
  return isNativeError(error) && 'code' in error ? String(error.code) : '';
}

/** The most useful line of the output of a failed command, or of the message of any error. */
export function messageOf(error: unknown): string {
  if (!isNativeError(error)) {
    return String(error);
  }
  const output = 'stderr' in error ? String(error.stderr) : '';
  return errorLineOf(output) || errorLineOf(error.message);
}

/** The first error in an output with its hint, or else the last line; without date, process id and program name. */
export function errorLineOf(output: string): string {
  const [, line, hint] =
    /\b(?:FATAL|PANIC|ERROR|error):\s*(.+)(?:\n.*\b(?:HINT|hint):\s*(.+?)\.?$)?/m.exec(
      output,
    ) ?? [];
  if (line) {
    return hint ? `${line} (${hint})` : line;
  }
  const last = output.trim().split('\n').at(-1) ?? '';
  return last.replace(/^.*\bLOG:\s*/, '');
}
