import type { FileHandle } from 'node:fs/promises';
import type { NewInstall } from '../installs/install.repository';
import { NotAnInstallError } from '../postback/pipeline/not-an-install.error';
import type { SentParameter } from '../postback/pipeline/parameters';
import { codesOf } from '../postback/pipeline/warning';
import { csvRows } from './csv-rows';
import type { ImportOptions } from './import-options';
import {
  faultsOfWriting,
  type InstallStore,
  MAX_WAITING,
} from './install-store';
import { linesOf } from './lines';
import { ndjsonRows } from './ndjson-rows';
import { faultsOf, readInstall } from './read-install';
import type { RefusalReport } from './refusal-report';
import type { Row, RowFault } from './row';
import { Tally } from './tally';

/** Bytes. */
const CHUNK = 128 * 1024;

const ROWS = { csv: csvRows, ndjson: ndjsonRows };

/** Takes the rows of a file one after the other, and no more of them at once than are being written. */
export class FileImport {
  readonly tally = new Tally();
  private writing: Promise<void>[] = [];

  constructor(
    private readonly options: ImportOptions,
    private readonly store: InstallStore,
    private readonly report: RefusalReport,
  ) {}

  /** Resolves when all that was read is stored or refused: to true at the end of the file, to false soon after the signal. */
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
        for (const row of rows) await this.take(row, receivedAt);
        progressed(stream.bytesRead, this.tally.rows);
      }
      await Promise.all(this.writing);
    } finally {
      // Those that are in flight when another one fails.
      await Promise.allSettled(this.writing);
    }
    return !signal.aborted;
  }

  private async take(row: Row, receivedAt: Date): Promise<void> {
    this.tally.rows++;
    let sent: SentParameter[] | undefined;
    let read: ReturnType<typeof readInstall>;
    try {
      sent = row.read();
      read = readInstall(sent, this.options, receivedAt);
    } catch (error) {
      if (error instanceof NotAnInstallError) this.tally.ignored++;
      else await this.refuse(row.line, faultsOf(error), sent ?? row.text);
      return;
    }
    this.tally.warn(read.warnings);
    const warnings = codesOf(read.warnings);
    await this.writeSoon(row.line, { install: read.install, warnings }, sent);
  }

  private async writeSoon(
    line: number,
    install: NewInstall,
    sent: readonly SentParameter[],
  ): Promise<void> {
    const written = this.settle(line, install, sent);
    // It is awaited, but perhaps only after it has failed.
    written.catch(() => undefined);
    this.writing.push(written);
    if (this.writing.length === MAX_WAITING) {
      await Promise.all(this.writing.slice(0, MAX_WAITING / 2));
      this.writing = this.writing.slice(MAX_WAITING / 2);
    }
  }

  private async settle(
    line: number,
    install: NewInstall,
    sent: readonly SentParameter[],
  ): Promise<void> {
    try {
      this.tally[await this.store.write(install)]++;
    } catch (error) {
      await this.refuse(line, faultsOfWriting(error), sent);
    }
  }

  private async refuse(
    line: number,
    faults: readonly RowFault[],
    row: readonly SentParameter[] | string,
  ): Promise<void> {
    this.tally.refused++;
    await this.report.add(line, faults, row);
  }
}
