import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Client } from 'pg';
import { EmbeddedPostgres } from '../../libs/embedded-postgres/src';
import type { Cleanup } from '../support/cleanup';
import { familyCpuSeconds, parentOf } from './process-usage';

const MIGRATE = resolve('dist/src/commands/migrate.js');

/** Settings that decide what a commit costs and promises. */
const SETTINGS = [
  'server_version',
  'fsync',
  'synchronous_commit',
  'full_page_writes',
  'wal_sync_method',
  'shared_buffers',
  'max_wal_size',
] as const;

export type DatabaseSettings = Record<(typeof SETTINGS)[number], string>;

/** The one PostgreSQL of a run: the embedded one, as `npm start` runs it, migrated. */
export class BenchDatabase {
  private constructor(
    readonly url: string,
    readonly client: Client,
    private readonly postmaster: number,
  ) {}

  static async start(
    directory: string,
    cleanup: Cleanup,
  ): Promise<BenchDatabase> {
    const { url } = await cleanup.start(
      () => EmbeddedPostgres.start(directory),
      // A second Ctrl-C ends pg_ctl, too: then the end of the directory stops the server.
      (server) => server.stop().catch(() => undefined),
    );
    await migrate(url, cleanup);
    const client = await cleanup.start(
      () => connect(url),
      (each) => each.end(),
    );
    const { rows } = await client.query<{ pid: number }>(
      'select pg_backend_pid() as pid',
    );
    return new BenchDatabase(url, client, parentOf(rows[0].pid));
  }

  /** No installs and no refused postbacks, and nothing left to be written for those that were there. */
  async empty(): Promise<void> {
    await this.client.query('truncate install, rejection');
    await this.checkpoint();
  }

  /** Every measurement starts behind one, so that none pays for the one before. */
  async checkpoint(): Promise<void> {
    await this.client.query('checkpoint');
  }

  async countInstalls(): Promise<number> {
    const { rows } = await this.client.query<{ count: string }>(
      'select count(*) from install',
    );
    return Number(rows[0].count);
  }

  /** How many rows the refused postbacks have, and how often they came. */
  async countRejections(): Promise<{ rows: number; seen: number }> {
    const { rows } = await this.client.query<{ rows: number; seen: number }>(
      `select count(*)::int as rows, coalesce(sum(count), 0)::int as seen
       from rejection`,
    );
    return rows[0];
  }

  /** Seconds of CPU of all PostgreSQL processes. */
  cpuSeconds(): number {
    return familyCpuSeconds(this.postmaster);
  }

  /** Throws when a commit would not be durable: such numbers mean nothing. */
  async settings(): Promise<DatabaseSettings> {
    const { rows } = await this.client.query<{ name: string; value: string }>(
      'select name, current_setting(name) as value from unnest($1::text[]) as name',
      [SETTINGS],
    );
    const settings = Object.fromEntries(
      rows.map(({ name, value }) => [name, value]),
    ) as DatabaseSettings;
    const { fsync, synchronous_commit, full_page_writes } = settings;
    if ([fsync, synchronous_commit, full_page_writes].includes('off')) {
      throw new Error('The database is not durable');
    }
    return settings;
  }
}

/** By the command of the built service. */
export async function migrate(url: string, cleanup: Cleanup): Promise<void> {
  const child = await cleanup.start(
    () =>
      spawn(process.execPath, [MIGRATE], {
        env: { PATH: process.env.PATH, DATABASE_URL: url },
        cwd: tmpdir(),
        stdio: ['ignore', 'ignore', 'inherit'],
      }),
    async (each) => each.kill('SIGKILL') && once(each, 'exit'),
  );
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error('The database could not be migrated');
}

/** Stops the server in a directory, if one is left there, at once: nothing is to be kept. */
export async function stopServerIn(directory: string): Promise<void> {
  const pidFile = join(directory, 'postgres', 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  const [pid] = (await readFile(pidFile, 'utf8')).split('\n');
  process.kill(Number(pid), 'SIGQUIT');
  // The file goes with the server.
  while (existsSync(pidFile)) await setTimeout(10);
}

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  // Whoever waits for a query is told as well.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
