import {
  chown,
  cp,
  readdir,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Lab } from '../lab';
import { mountMemory } from '../mount';
import { expectOutage } from '../outage';
import { PostgresServer } from '../postgres-server';
import type { Scenario } from '../scenario';

/** Milliseconds. */
const OUTAGE = 3_000;
const SETTINGS = {
  min_wal_size: '32MB',
  max_wal_size: '64MB',
  shared_buffers: '16MB',
  checkpoint_timeout: '30s',
};

export const dataDiskFull: Scenario = {
  fault: 'A4',
  title: 'The disk is full',
  async run(lab) {
    const directory = await mountMemory(lab, 400);
    return expectOutage(lab, {}, () => fillDisk(directory), {
      settings: SETTINGS,
      directory,
    });
  },
};

export const diskFullAndKilled: Scenario = {
  fault: 'A4',
  title: 'PostgreSQL is killed while the disk is full',
  async run(lab) {
    const directory = await mountMemory(lab, 400);
    return expectOutage(
      lab,
      {},
      async (database) => {
        const filling = fillDisk(directory);
        await setTimeout(OUTAGE / 2);
        await database.kill();
        await filling;
        await database.start();
      },
      { settings: SETTINGS, directory },
    );
  },
};

export const walDiskFull: Scenario = {
  fault: 'A4',
  title: 'The disk of the write-ahead log is full, and PostgreSQL panics',
  async run(lab) {
    const directory = await lab.directory();
    const wal = await moveWal(lab, directory);
    return expectOutage(
      lab,
      {},
      async (database) => {
        await fillDisk(wal);
        // It has ended by itself.
        await database.kill().catch(() => undefined);
        await database.start();
      },
      { settings: SETTINGS, directory },
    );
  },
};

/** Leaves no byte for a while. */
async function fillDisk(directory: string): Promise<void> {
  const filler = join(directory, 'filler');
  const chunk = Buffer.alloc(2 ** 20);
  const end = performance.now() + OUTAGE;
  // Again and again: PostgreSQL removes old log segments.
  while (performance.now() < end) {
    await writeFile(filler, chunk, { flag: 'a' }).catch(() => setTimeout(10));
  }
  await rm(filler);
}

/** Makes the cluster with its log on a file system of its own, and returns where that is. */
async function moveWal(lab: Lab, directory: string): Promise<string> {
  await PostgresServer.create(directory);
  const cluster = join(directory, 'postgres');
  const { uid, gid } = await stat(cluster);
  const mounted = await mountMemory(lab, 120);
  await chown(mounted, uid, gid);
  const target = join(mounted, 'wal');
  await cp(join(cluster, 'pg_wal'), target, { recursive: true });
  await chown(target, uid, gid);
  for (const name of await readdir(target)) {
    await chown(join(target, name), uid, gid);
  }
  await rename(join(cluster, 'pg_wal'), join(cluster, 'pg_wal.old'));
  await symlink(target, join(cluster, 'pg_wal'));
  return mounted;
}
