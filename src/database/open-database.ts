import { resolve } from 'node:path';
import { MikroORM, type Options } from '@mikro-orm/postgresql';
import type { Env } from '../config/env';
import { StartupError } from '../config/startup-error';
import {
  EmbeddedPostgres,
  EmbeddedPostgresError,
} from '@app/embedded-postgres';
import { migrate, type MigrationOptions } from './migrate';
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
 * Opens the operator's database, or the embedded one if DATABASE_URL is not set. Migrates the embedded one, unless a running
 * service owns it and it may be `shared`. Never migrates the operator's. Throws {@link StartupError}.
 */
export async function openDatabase(
  env: Env,
  migrationOptions: MigrationOptions,
  { shared = false } = {},
): Promise<Database> {
  if (env.DATABASE_URL !== undefined) {
    await requireReachable(env.DATABASE_URL);
    await requireMigrated(
      migrationOptions(env.DATABASE_URL),
      'Run: npm run db:migrate',
    );
    await requireDurable(env.DATABASE_URL);
    return { url: env.DATABASE_URL, close: () => Promise.resolve() };
  }
  const directory = resolve(env.DATA_DIR);
  const server = await EmbeddedPostgres.start(directory, { shared }).catch(
    addSettings,
  );
  try {
    await requireDurable(server.url);
    if (server.owned) await migrate(server.url, migrationOptions);
    else {
      await requireMigrated(
        migrationOptions(server.url),
        'Restart the service.',
      );
    }
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    url: server.url,
    directory,
    close: () => server.stop().catch(addSettings),
  };
}

/** Rethrows an error of the embedded server with the settings that select another directory or server. */
function addSettings(error: unknown): never {
  if (!(error instanceof EmbeddedPostgresError)) throw error;
  throw new StartupError(
    `${error.message} DATA_DIR sets the directory, DATABASE_URL selects another PostgreSQL server.`,
    { cause: error },
  );
}

async function requireMigrated(
  options: Options,
  advice: string,
): Promise<void> {
  const orm = await MikroORM.init(options);
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

/** The oldest version of PostgreSQL that works, as `server_version_num`. */
const OLDEST_VERSION = 150_000;

/** Throws {@link StartupError} if no PostgreSQL server of a supported version can be reached at the URL. */
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

/** The message names the server, but never the password in the URL. */
function unreachable(url: string, error: unknown): StartupError {
  const { host, pathname } = new URL(url);
  const { code, message } = error as { code?: string; message?: string };
  return new StartupError(
    `Cannot use the database ${host}${pathname} (${code ?? message}). Start it, or correct DATABASE_URL.`,
    { cause: error },
  );
}
