import { type FileHandle, open } from 'node:fs/promises';
import type { Options } from '@mikro-orm/postgresql';
import { NestFactory } from '@nestjs/core';
import type { Env } from '../config/env';
import { StartupError } from '../config/startup-error';
import type { MigrationOptions } from '../database/migrate';
import { openDatabase } from '../database/open-database';
import { isDatabaseUnavailable } from '../database/database-unavailable';
import { FileImport } from './file-import';
import type { ImportOptions } from './import-options';
import { ImportModule } from './import.module';
import { InstallStore } from './install-store';
import { Progress } from './progress';
import { RejectedRowsReport } from './rejected-rows-report';

/** Exit codes. */
const ALL_ACCEPTED = 0;
const SOME_REJECTED = 2;
const STOPPED = 130;

const RUN_AGAIN =
  'Run the same command again: rows that are already stored are counted as duplicates.';

/** The options of the ORM for the database at a URL. */
export interface ImportOrmOptions {
  readonly migrations: MigrationOptions;
  readonly connections: (url: string) => Options;
}

/**
 * Imports a file and reports the result on stdout. Returns the exit code: 0 if every row was accepted, 2 if some were
 * rejected, 130 if `signal` stopped the import. Throws {@link StartupError} if the import cannot start or go on.
 */
export async function runImport(
  options: ImportOptions,
  env: Env,
  orm: ImportOrmOptions,
  signal: AbortSignal,
): Promise<number> {
  const file = await openFile(options.file);
  try {
    const database = await openDatabase(env, orm.migrations, { shared: true });
    try {
      const ormOptions = orm.connections(database.url);
      return await importInto(ormOptions, file, options, signal);
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
  ormOptions: Options,
  file: FileHandle,
  options: ImportOptions,
  signal: AbortSignal,
): Promise<number> {
  const context = await NestFactory.createApplicationContext(
    ImportModule.forRoot(ormOptions),
    { abortOnError: false, logger: false },
  );
  try {
    const store = context.get(InstallStore);
    await store.requireProject(options.projectId);
    return await importFile(file, options, store, signal);
  } finally {
    await context.close();
  }
}

async function importFile(
  file: FileHandle,
  options: ImportOptions,
  store: InstallStore,
  signal: AbortSignal,
): Promise<number> {
  const report = await RejectedRowsReport.replace(options.refused);
  try {
    const fileImport = new FileImport(options, store, report);
    const isComplete = await runWithProgress(fileImport, file, options, signal);
    if (!isComplete) {
      process.stdout.write(
        `Stopped before the end of the file. ${RUN_AGAIN}\n`,
      );
      return STOPPED;
    }
    return fileImport.summary.refused > 0 ? SOME_REJECTED : ALL_ACCEPTED;
  } finally {
    await report.close();
  }
}

/** Shows the progress, and the summary at the end, even if the import fails. */
async function runWithProgress(
  fileImport: FileImport,
  file: FileHandle,
  { refused }: ImportOptions,
  signal: AbortSignal,
): Promise<boolean> {
  const begin = performance.now();
  const { size } = await file.stat();
  const progress = new Progress(size);
  try {
    return await fileImport.run(
      file,
      (...now) => progress.update(...now),
      signal,
    );
  } finally {
    progress.stop();
    const seconds = (performance.now() - begin) / 1_000;
    process.stdout.write(fileImport.summary.describe(seconds, refused));
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
    `The database is no longer available (${code ?? message}). ${RUN_AGAIN}`,
    { cause: error },
  );
}
