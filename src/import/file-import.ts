import type { FileHandle } from 'node:fs/promises';
import type { NewInstall } from '../installs/install.repository';
import { NotAnInstallError } from '../postback/pipeline/not-an-install.error';
import type { SentParameter } from '../postback/pipeline/parameters';
import { codesOf } from '../postback/pipeline/warning';
import { csvRows } from './csv-rows';
import type { ImportOptions } from './import-options';
import { ImportSummary } from './import-summary';
import {
  faultsOfWriting,
  type InstallStore,
  MAX_WAITING,
} from './install-store';
import { linesOf } from './lines';
import { ndjsonRows } from './ndjson-rows';
import { faultsOfReading, readInstall } from './read-install';
import type { RejectedRowsReport } from './rejected-rows-report';
import type { Row, RowFault } from './row';

/** Bytes. */
const CHUNK = 128 * 1024;

const ROWS = { csv: csvRows, ndjson: ndjsonRows };

/** Imports the rows of a file in their order. Reads no further than {@link MAX_WAITING} rows ahead of the database. */
export class FileImport {
  readonly summary = new ImportSummary();
  private writing: Promise<void>[] = [];

  constructor(
    private readonly options: ImportOptions,
    private readonly store: Pick<InstallStore, 'now' | 'write'>,
    private readonly report: RejectedRowsReport,
  ) {}

  /**
   * Resolves when every row that was read is stored or rejected: to true at the end of the file, to false soon after
   * `signal` aborts. Calls `progressed` with the bytes and rows read so far.
   */
  async run(
    file: FileHandle,
    progressed: (bytes: number, rows: number) => void,
    signal: AbortSignal,
  ): Promise<boolean> {
    const stream = file.createReadStream({
      autoClose: false,
      highWaterMark: CHUNK,
    });
    try {
      for await (const rows of ROWS[this.options.format](linesOf(stream))) {
        if (signal.aborted) break;
        const receivedAt = this.store.now();
        for (const row of rows) await this.importRow(row, receivedAt);
        progressed(stream.bytesRead, this.summary.rows);
      }
      await Promise.all(this.writing);
    } finally {
      // If one fails, the others are still in flight.
      await Promise.allSettled(this.writing);
    }
    return !signal.aborted;
  }

  private async importRow(row: Row, receivedAt: Date): Promise<void> {
    this.summary.rows++;
    let sent: SentParameter[] | undefined;
    let read: ReturnType<typeof readInstall>;
    try {
      sent = row.read();
      read = readInstall(sent, this.options, receivedAt);
    } catch (error) {
      if (error instanceof NotAnInstallError) this.summary.ignored++;
      else
        await this.reject(row.line, faultsOfReading(error), sent ?? row.text);
      return;
    }
    this.summary.addWarnings(read.warnings);
    const warnings = codesOf(read.warnings);
    await this.queueWrite(row.line, { install: read.install, warnings }, sent);
  }

  /** Waits only if {@link MAX_WAITING} installs are being written. */
  private async queueWrite(
    line: number,
    install: NewInstall,
    sent: readonly SentParameter[],
  ): Promise<void> {
    const written = this.write(line, install, sent);
    // It is awaited later, perhaps only after it has failed.
    written.catch(() => undefined);
    this.writing.push(written);
    if (this.writing.length === MAX_WAITING) {
      await Promise.all(this.writing.slice(0, MAX_WAITING / 2));
      this.writing = this.writing.slice(MAX_WAITING / 2);
    }
  }

  private async write(
    line: number,
    install: NewInstall,
    sent: readonly SentParameter[],
  ): Promise<void> {
    try {
      this.summary[await this.store.write(install)]++;
    } catch (error) {
      await this.reject(line, faultsOfWriting(error), sent);
    }
  }

  private async reject(
    line: number,
    faults: readonly RowFault[],
    row: readonly SentParameter[] | string,
  ): Promise<void> {
    this.summary.refused++;
    await this.report.add(line, faults, row);
  }
}
