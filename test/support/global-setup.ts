// jest maps module names for tests, but not for its global set-up.
import 'tsconfig-paths/register';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { chmod, mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Cluster,
  EmbeddedPostgres,
  findBinaries,
} from '@app/embedded-postgres';
import { migrate } from '../../src/database/migrate';
import { migrationOptions } from '../../src/orm-options';
import { copyDirectory } from './data-directory';
import { createDatabase } from './postgres';

declare global {
  var tearDown: (() => Promise<void>) | undefined;
}

/**
 * Prepares what all suites share: an initialised cluster to copy, one PostgreSQL, unless TEST_DATABASE_URL names one, and
 * the migrated database that they copy.
 */
export default async function globalSetup(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'postback-test-'));
  // When root runs the tests, another user runs the server.
  await chmod(directory, 0o755);
  const server = new AbortableServer(directory);
  const cluster = await makeDirectory(directory, 'cluster');
  await new Cluster(cluster, await findBinaries()).prepare();
  process.env.TEST_CLUSTER = cluster;

  const isOurs = !process.env.TEST_DATABASE_URL;
  if (isOurs) {
    const data = await makeDirectory(directory, 'data');
    await copyDirectory(cluster, data);
    process.env.TEST_DATABASE_URL = await server.start(data);
  }
  const template = await createDatabase();
  await migrate(template.url, migrationOptions);
  process.env.TEST_TEMPLATE = new URL(template.url).pathname.slice(1);

  globalThis.tearDown = async () => {
    await template.drop();
    await server.stop();
    // In watch mode, the next run makes another one.
    if (isOurs) delete process.env.TEST_DATABASE_URL;
  };
}

async function makeDirectory(parent: string, name: string): Promise<string> {
  const path = join(parent, name);
  await mkdir(path);
  return path;
}

/** Stops with the process, however that ends, and removes its directory. */
class AbortableServer {
  private starting?: Promise<EmbeddedPostgres>;

  constructor(private readonly directory: string) {
    process.on('SIGINT', this.interrupt).on('SIGTERM', this.interrupt);
    process.on('exit', this.removeNow);
  }

  async start(data: string): Promise<string> {
    this.starting = EmbeddedPostgres.start(data, {
      settings: { max_connections: '200' },
    });
    return (await this.starting).url;
  }

  async stop(): Promise<void> {
    const server = await this.starting?.catch(() => undefined);
    await server?.stop();
    this.removeNow();
    process.off('SIGINT', this.interrupt).off('SIGTERM', this.interrupt);
    process.off('exit', this.removeNow);
  }

  private readonly interrupt = () => {
    void this.stop().finally(() => process.exit(1));
  };

  /** Synchronous, because nothing can be awaited when the process ends without the teardown. */
  private readonly removeNow = () => {
    const pidFile = join(this.directory, 'data', 'postgres', 'postmaster.pid');
    if (existsSync(pidFile)) {
      const [pid] = readFileSync(pidFile, 'utf8').split('\n');
      // An immediate shutdown: nothing needs to be saved. The file goes with the server.
      process.kill(Number(pid), 'SIGQUIT');
      const pause = new Int32Array(new SharedArrayBuffer(4));
      for (let tries = 0; existsSync(pidFile) && tries < 500; tries += 1) {
        Atomics.wait(pause, 0, 0, 10);
      }
    }
    rmSync(this.directory, { recursive: true, force: true });
  };
}
