// jest maps module names for tests, but not for its global set-up.
import 'tsconfig-paths/register';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from '@app/embedded-postgres';
import { migrate } from '../../src/database/migrate';
import { migrationOptions } from '../../src/orm-options';
import { createDatabase } from './postgres';

declare global {
  var stopTestServer: (() => Promise<void>) | undefined;
  var dropTemplate: (() => Promise<void>) | undefined;
}

/** Starts one PostgreSQL for all suites, unless TEST_DATABASE_URL names one. */
export default async function globalSetup(): Promise<void> {
  if (!process.env.TEST_DATABASE_URL) {
    process.env.TEST_DATABASE_URL = await startServer();
  }
  const template = await createDatabase();
  await migrate(template.url, migrationOptions);
  process.env.TEST_TEMPLATE = new URL(template.url).pathname.slice(1);
  globalThis.dropTemplate = template.drop;
}

async function startServer(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'postback-test-'));
  // When root runs the tests, another user runs the server.
  await chmod(directory, 0o755);
  const starting = EmbeddedPostgres.start(directory, {
    settings: { max_connections: '200' },
  });

  const stop = async () => {
    const server = await starting.catch(() => undefined);
    await server?.stop();
    await rm(directory, { recursive: true, force: true });
  };
  const interrupted = () => void stop().finally(() => process.exit(1));
  const ended = () => removeNow(directory);
  process.on('SIGINT', interrupted).on('SIGTERM', interrupted);
  process.on('exit', ended);

  globalThis.stopTestServer = async () => {
    await stop();
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
    process.off('exit', ended);
    // In watch mode the next run comes by here again.
    delete process.env.TEST_DATABASE_URL;
  };

  return (await starting).url;
}

/** For a process that ends without the teardown, where nothing can be awaited any more. */
function removeNow(directory: string): void {
  const pidFile = join(directory, 'postgres', 'postmaster.pid');
  if (existsSync(pidFile)) {
    const [pid] = readFileSync(pidFile, 'utf8').split('\n');
    // An immediate shutdown: nothing is to be kept. The file goes with the server.
    process.kill(Number(pid), 'SIGQUIT');
    const pause = new Int32Array(new SharedArrayBuffer(4));
    for (let tries = 0; existsSync(pidFile) && tries < 500; tries += 1) {
      Atomics.wait(pause, 0, 0, 10);
    }
  }
  rmSync(directory, { recursive: true, force: true });
}
