import { type FileHandle, open } from 'node:fs/promises';
import type { Env } from '../config/env';
import { StartupError } from '../config/startup-error';
import { openDatabase } from '../database/open-database';
import { isDatabaseUnavailable } from '../database/database-unavailable';
import { migrationOptions } from '../orm-options';
import { FileImport } from './file-import';
import type { ImportOptions } from './import-options';
import { InstallStore } from './install-store';
import { Progress } from './progress';
import { RefusalReport } from './refusal-report';

/** Exit codes. */
const ALL_TAKEN = 0;
const SOME_REFUSED = 2;
const STOPPED = 130;

const AGAIN =
  'Run the same command again: what is stored already is recognised.';

/** Imports a file and says on stdout what became of its rows. Answers the exit code. Throws {@link StartupError}. */
export async function runImport(
  options: ImportOptions,
  env: Env,
  signal: AbortSignal,
): Promise<number> {
  const file = await openFile(options.file);
  try {
    const database = await openDatabase(env, migrationOptions, {
      shared: true,
    });
    try {
      return await importInto(database.url, file, options, signal);
    } catch (error) {
      throw explain(error);
    } finally {
      await database.close();
    }
  } finally {
    await file.close();
  }
}

async function importInto(
  url: string,
  file: FileHandle,
  options: ImportOptions,
  signal: AbortSignal,
): Promise<number> {
  const store = await InstallStore.open(url, options.projectId);
  try {
    const report = await RefusalReport.replace(options.refused);
    try {
      const work = new FileImport(options, store, report);
      const isWhole = await watch(work, file, options, signal);
      if (!isWhole) {
        process.stdout.write(`Stopped before the end of the file. ${AGAIN}\n`);
        return STOPPED;
      }
      return work.tally.refused > 0 ? SOME_REFUSED : ALL_TAKEN;
    } finally {
      await report.close();
    }
  } finally {
    await store.close();
  }
}

/** Shows how far it is, and what became of the rows, also when it fails. */
async function watch(
  work: FileImport,
  file: FileHandle,
  { refused }: ImportOptions,
  signal: AbortSignal,
): Promise<boolean> {
  const begin = performance.now();
  const { size } = await file.stat();
  const progress = new Progress(size);
  try {
    return await work.run(file, (...now) => progress.update(...now), signal);
  } finally {
    progress.stop();
    const seconds = (performance.now() - begin) / 1_000;
    process.stdout.write(work.tally.describe(seconds, refused));
  }
}

async function openFile(path: string): Promise<FileHandle> {
  let file: FileHandle;
  try {
    file = await open(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StartupError(`Cannot read ${path} (${code}).`, { cause: error });
  }
  if (!(await file.stat()).isFile()) {
    await file.close();
    throw new StartupError(`${path} is not a file.`);
  }
  return file;
}

function explain(error: unknown): unknown {
  if (!isDatabaseUnavailable(error)) return error;
  const { code, message } = error as { code?: string; message: string };
  return new StartupError(
    `The database does not answer any more (${code ?? message}). ${AGAIN}`,
    { cause: error },
  );
}
