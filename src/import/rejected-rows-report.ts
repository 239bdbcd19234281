import { type FileHandle, open, rm } from 'node:fs/promises';
import { JsonObject, type JsonValue } from '@app/reading';
import { StartupError } from '../config/startup-error';
import type { SentParameter } from '../postback/pipeline/parameters';
import type { RowFault } from './row';

/** Characters of a line that could not be read; the rest is cut off. */
const MAX_TEXT = 1_000;

/** The file of rejected rows, one JSON object per line. It is deleted if no row was rejected. */
export class RejectedRowsReport {
  private isEmpty = true;

  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
  ) {}

  /** Replaces the report of an earlier import. Throws {@link StartupError}. */
  static async replace(path: string): Promise<RejectedRowsReport> {
    try {
      await rm(path, { force: true });
      // Only for its owner: the rows identify devices of persons.
      return new RejectedRowsReport(path, await open(path, 'a', 0o600));
    } catch (error) {
      throw notWritable(path, error);
    }
  }

  /** `row`: its parameters, or its text if that could not be read. Throws {@link StartupError}. */
  async add(
    line: number,
    errors: readonly RowFault[],
    row: readonly SentParameter[] | string,
  ): Promise<void> {
    this.isEmpty = false;
    try {
      await this.file.appendFile(
        `{"line":${line},"errors":${JSON.stringify(errors)},"row":${toJson(row)}}\n`,
      );
    } catch (error) {
      throw notWritable(this.path, error);
    }
  }

  async close(): Promise<void> {
    await this.file.close();
    if (this.isEmpty) await rm(this.path);
  }
}

function notWritable(path: string, error: unknown): StartupError {
  const { code } = error as NodeJS.ErrnoException;
  return new StartupError(
    `Cannot write the rejected rows to ${path} (${code}). Fix that, or name another file with --refused.`,
    { cause: error },
  );
}

function toJson(row: readonly SentParameter[] | string): string {
  return typeof row === 'string'
    ? JSON.stringify(row.length > MAX_TEXT ? `${row.slice(0, MAX_TEXT)}…` : row)
    : objectToJson(row.map(({ name, value }) => [name, value]));
}

/** Not with JSON.stringify, because a name may occur twice. */
function objectToJson(members: JsonObject['members']): string {
  return `{${members.map(([name, value]) => `${JSON.stringify(name)}:${valueToJson(value)}`).join(',')}}`;
}

/** A number becomes a string, which an import reads the same way, with every digit. */
function valueToJson(value: JsonValue): string {
  if (value instanceof JsonObject) return objectToJson(value.members);
  return Array.isArray(value)
    ? `[${value.map(valueToJson).join(',')}]`
    : JSON.stringify(value);
}
