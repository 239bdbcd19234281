import { isNativeError } from 'node:util/types';

/**
 * What PostgreSQL's programs see of the environment: none of this service's secrets, none of libpq's variables, and
 * messages in English, because some are read.
 */
export const ENVIRONMENT = { LC_ALL: 'C' };

/** The code of an error: of the operating system, a SQLSTATE, or the exit code of a command. */
export function codeOf(error: unknown): string {
  return isNativeError(error) && 'code' in error ? String(error.code) : '';
}

/** The one line of a failed command, or of any error, that says most. */
export function messageOf(error: unknown): string {
  if (!isNativeError(error)) {
    return String(error);
  }
  const output = 'stderr' in error ? String(error.stderr) : '';
  return tellingLine(output) || tellingLine(error.message);
}

/** The first error in an output, with its hint, else the last line; without date, process id and program name. */
export function tellingLine(output: string): string {
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
