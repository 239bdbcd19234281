import { resolve } from 'node:path';
import { MikroORM } from '@mikro-orm/postgresql';
import type { Env } from '../config/env';
import { StartupError } from '../config/startup-error';
import { EmbeddedPostgres } from './embedded-postgres';
import { migrate } from './migrate';
import { migrationOptions } from '../orm-options';
import { requireDurable } from './require-durable';
import { withClient } from './with-client';

/** A migrated database, ready for the service. */
export interface Database {
  readonly url: string;
  /** Where the embedded server keeps its data; undefined for the operator's server. */
  readonly directory?: string;
  close(): Promise<void>;
}

/**
 * The operator's database, or the embedded one where DATABASE_URL is not set. The embedded one is
 * migrated here; the operator's is not touched, nor one that is `shared` with the service that runs
 * on it. Throws {@link StartupError}.
 */
export async function openDatabase(
  env: Env,
  { shared = false } = {},
): Promise<Database> {
  if (env.DATABASE_URL !== undefined) {
    await requireReachable(env.DATABASE_URL);
    await requireMigrated(env.DATABASE_URL, 'Run: npm run db:migrate');
    await requireDurable(env.DATABASE_URL);
    return { url: env.DATABASE_URL, close: () => Promise.resolve() };
  }
  const directory = resolve(env.DATA_DIR);
  const server = await EmbeddedPostgres.start(directory, { shared });
  try {
    await requireDurable(server.url);
    if (server.owned) await migrate(server.url);
    else await requireMigrated(server.url, 'Start the service anew.');
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { url: server.url, directory, close: () => server.stop() };
}

async function requireMigrated(url: string, advice: string): Promise<void> {
  const orm = await MikroORM.init(migrationOptions(url));
  try {
    const pending = await orm.migrator.getPending();
    if (pending.length > 0) {
      throw new StartupError(
        `The database lacks ${pending.length} migration(s). ${advice}`,
      );
    }
  } finally {
    await orm.close();
  }
}

/** Of PostgreSQL, as `server_version_num` counts. */
const OLDEST_VERSION = 150_000;

/** Throws {@link StartupError} when nothing that we can use answers at the address. */
export async function requireReachable(url: string): Promise<void> {
  const { rows } = await withClient(url, (client) =>
    client.query<{ version: number }>(
      "select current_setting('server_version_num')::int as version",
    ),
  ).catch((error: unknown) => {
    throw unreachable(url, error);
  });
  if (rows[0].version < OLDEST_VERSION) {
    throw new StartupError(
      'The database server is older than PostgreSQL 15. Upgrade it, or set DATABASE_URL to a newer one.',
    );
  }
}

/** Names the server, and never the password in its address. */
function unreachable(url: string, error: unknown): StartupError {
  const { host, pathname } = new URL(url);
  const { code, message } = error as { code?: string; message?: string };
  return new StartupError(
    `Cannot use the database ${host}${pathname} (${code ?? message}). Start it, or correct DATABASE_URL.`,
    { cause: error },
  );
}
