import { type FileHandle, open, rm } from 'node:fs/promises';
import { JsonObject, type JsonValue } from '@app/reading';
import { StartupError } from '../config/startup-error';
import type { SentParameter } from '../postback/pipeline/parameters';
import type { RowFault } from './row';

/** Characters that are worth repeating of what is no row. */
const MAX_TEXT = 1_000;

/** The file of refused rows, one JSON object a line; there is none when none was refused. */
export class RefusalReport {
  private isEmpty = true;

  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
  ) {}

  /** In place of the report of an earlier import. Throws {@link StartupError}. */
  static async replace(path: string): Promise<RefusalReport> {
    try {
      await rm(path, { force: true });
      // What stands in it identifies persons' devices.
      return new RefusalReport(path, await open(path, 'a', 0o600));
    } catch (error) {
      throw notWritable(path, error);
    }
  }

  /** `row`: what was sent, or its text where that could not be read. Throws {@link StartupError}. */
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
    `Cannot write the refused rows to ${path} (${code}). Mend that, or name another file by --refused.`,
    { cause: error },
  );
}

function toJson(row: readonly SentParameter[] | string): string {
  return typeof row === 'string'
    ? JSON.stringify(row.length > MAX_TEXT ? `${row.slice(0, MAX_TEXT)}…` : row)
    : objectToJson(row.map(({ name, value }) => [name, value]));
}

/** By hand, because a name may be there twice. */
function objectToJson(members: JsonObject['members']): string {
  return `{${members.map(([name, value]) => `${JSON.stringify(name)}:${valueToJson(value)}`).join(',')}}`;
}

/** A number as text, which reads the same and keeps every digit. */
function valueToJson(value: JsonValue): string {
  if (value instanceof JsonObject) return objectToJson(value.members);
  return Array.isArray(value)
    ? `[${value.map(valueToJson).join(',')}]`
    : JSON.stringify(value);
}
