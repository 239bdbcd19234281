import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout } from 'node:timers/promises';
import type { Bench } from '../measurement';
import { memoryOf } from '../process-usage';
import { anInstall, UUID } from '../requests';
import { megabytes, type Table, wholeNumber } from '../table';

const IMPORT = resolve('dist/src/commands/import.js');
/** Rows that are written to a file at a time. */
const CHUNK = 1_000;
/** Milliseconds. */
const READ_MEMORY_EVERY = 50;

const FORMATS = { csv: toCsv, ndjson: toNdjson };
type Format = keyof typeof FORMATS;

interface Imported {
  readonly rowsPerSecond: number;
  /** Bytes that the process had resident, at most. */
  readonly peak: number;
}

/** How many rows of a file are stored a second by `npm run import`, and what memory that takes. */
export async function importing(bench: Bench): Promise<Table[]> {
  const directory = await mkdtemp(join(tmpdir(), 'postback-import-'));
  try {
    const measured = new Map<string, Imported>();
    for (const format of Object.keys(FORMATS) as Format[]) {
      for (const rows of bench.plan.importSizes) {
        const path = join(directory, `installs.${format}`);
        await generate(path, rows, FORMATS[format]);
        await bench.database.empty();
        const name = `${format}, ${wholeNumber(rows)} rows`;
        bench.log(`  ${name}`);
        measured.set(name, await measure(bench, path, rows));
        measured.set(`${name}, again`, await measure(bench, path, rows));
        if ((await bench.database.countInstalls()) !== rows) {
          throw new Error(`${name}: not every row is stored once`);
        }
      }
    }
    return [
      {
        title: 'Import of files, all rows new, and the same file again',
        columns: ['', 'rows/s', 'peak MB'],
        rows: [...measured].map(([name, { rowsPerSecond, peak }]) => [
          name,
          wholeNumber(rowsPerSecond),
          megabytes(peak),
        ]),
        measurements: Object.fromEntries(measured),
      },
    ];
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** From the start of the process to its end. */
async function measure(
  { database }: Bench,
  path: string,
  rows: number,
): Promise<Imported> {
  const begin = performance.now();
  const child = spawn(
    process.execPath,
    [IMPORT, '--file', path, '--project', '1'],
    {
      env: { PATH: process.env.PATH, DATABASE_URL: database.url },
      cwd: tmpdir(),
      stdio: 'ignore',
    },
  );
  try {
    const peak = await peakOf(child);
    if (child.exitCode !== 0) throw new Error('The import failed');
    const seconds = (performance.now() - begin) / 1_000;
    return { rowsPerSecond: rows / seconds, peak };
  } finally {
    child.kill('SIGKILL');
  }
}

/** Reads it until the process ends, with which it is gone. */
async function peakOf(child: ChildProcess): Promise<number> {
  const ended = once(child, 'exit').then(() => true as const);
  let peak = 0;
  for (;;) {
    try {
      peak = memoryOf(child.pid!).peak || peak;
    } catch {
      // Between its end and the event.
    }
    const isOver = await Promise.race([
      ended,
      setTimeout(READ_MEMORY_EVERY, false),
    ]);
    if (isOver) return peak;
  }
}

async function generate(
  path: string,
  rows: number,
  write: (installs: Record<string, string>[], isFirst: boolean) => string,
): Promise<void> {
  const texts = function* () {
    for (let done = 0; done < rows; done += CHUNK) {
      const count = Math.min(CHUNK, rows - done);
      yield write(Array.from({ length: count }, anInstallOfItsOwn), done === 0);
    }
  };
  await pipeline(Readable.from(texts()), createWriteStream(path));
}

function anInstallOfItsOwn(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(anInstall()).map(([name, value]) => [
      name,
      value === UUID ? randomUUID() : value,
    ]),
  );
}

/** None of the values needs quotation marks; one has them, as exports do. */
function toCsv(installs: Record<string, string>[], isFirst: boolean): string {
  const header = isFirst ? `${Object.keys(installs[0]).join(',')}\n` : '';
  const rows = installs.map(({ publisher_name, ...others }) =>
    [`"${publisher_name}"`, ...Object.values(others)].join(','),
  );
  return `${header}${rows.join('\n')}\n`;
}

function toNdjson(installs: Record<string, string>[]): string {
  return installs.map((install) => `${JSON.stringify(install)}\n`).join('');
}
