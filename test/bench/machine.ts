import { execFile } from 'node:child_process';
import { open, rm } from 'node:fs/promises';
import {
  availableParallelism,
  cpus,
  loadavg,
  release,
  totalmem,
} from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BenchDatabase, DatabaseSettings } from './database';
import { median } from './statistics';

/** What numbers depend on besides the programs. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  /** Bytes. */
  readonly memory: number;
  readonly kernel: string;
  readonly node: string;
  readonly revision: string;
  readonly postgres: DatabaseSettings;
  /** Milliseconds to make 8 KiB durable, where the database is. */
  readonly sync: number;
  /** Before the run: what else the machine was doing. */
  readonly loadAverage: number;
}

export async function describeMachine(
  directory: string,
  database: BenchDatabase,
): Promise<Machine> {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memory: totalmem(),
    kernel: release(),
    node: process.version,
    revision: await revision(),
    postgres: await database.settings(),
    sync: await syncTime(join(directory, 'sync-test')),
    loadAverage: loadavg()[0],
  };
}

/** Unknown without git, or outside a clone. */
async function revision(): Promise<string> {
  const git = promisify(execFile)('git', ['describe', '--always', '--dirty']);
  return git.then(
    ({ stdout }) => stdout.trim(),
    () => 'unknown',
  );
}

async function syncTime(path: string): Promise<number> {
  const block = Buffer.alloc(8192);
  const times: number[] = [];
  const file = await open(path, 'w');
  try {
    for (let n = 0; n < 50; n++) {
      const start = performance.now();
      await file.write(block, 0, block.length, n * block.length);
      await file.datasync();
      times.push(performance.now() - start);
    }
  } finally {
    await file.close();
    await rm(path);
  }
  return median(times);
}
