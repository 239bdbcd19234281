import { Migrator } from '@mikro-orm/migrations';
import { defineConfig, type Options } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import { AdminTokenSchema } from './auth/admin-token.entity';
import { ApiKeySchema } from './auth/api-key.entity';
import { InstallSchema } from './installs/install.entity';
import { ProjectSchema } from './projects/project.entity';
import { RejectionGroupSchema } from './rejections/rejection-group.entity';
import { RejectionSchema } from './rejections/rejection.entity';
import { ReplaySchema } from './replays/replay.entity';
import { BadKeyCountSchema } from './stats/bad-key-count.entity';
import { PostbackCountSchema } from './stats/postback-count.entity';
import { MIGRATIONS } from './database/migrations/index';

/** Milliseconds that every caller waits for a connection, and for a lock. */
const WAIT_FOR_CONNECTION = 500;
const LOCK = 500;
/**
 * Milliseconds that a statement of a postback may take. A caller gives up after 2 s: reading an unknown key must leave time to
 * say so, and a postback has a deadline of its own.
 */
const POSTBACK_STATEMENT = 1_000;
/** Milliseconds that any other statement may take. A reader may have waited for 1 s before that. */
const SHARED_STATEMENT = 2_000;

/** The options of the connections that only postbacks use. Every wait has a limit. */
export function postbackOptions(url: string, connections: number): Options {
  return serviceOptions(url, connections, POSTBACK_STATEMENT);
}

/** The options of the connections that everything else shares. */
export function sharedOptions(url: string, connections: number): Options {
  return serviceOptions(url, connections, SHARED_STATEMENT);
}

function serviceOptions(
  url: string,
  connections: number,
  statementTimeout: number,
): Options {
  return baseOptions(url, {
    max: connections,
    application_name: 'postback',
    // One reader, one process of the database: more of them would take the processors from the postbacks.
    options: '-c max_parallel_workers_per_gather=0',
    connectionTimeoutMillis: WAIT_FOR_CONNECTION,
    statement_timeout: statementTimeout,
    lock_timeout: LOCK,
    idle_in_transaction_session_timeout: statementTimeout,
    // A server that hangs or cannot be reached does not enforce its own timeouts.
    query_timeout: statementTimeout + 100,
    keepAlive: true,
  });
}

/** The options for migrations, which have no time limit. */
export function migrationOptions(url: string): Options {
  return baseOptions(url, {
    max: 2,
    application_name: 'postback migration',
    connectionTimeoutMillis: 5_000,
  });
}

/** The options for an import. A group of rows may wait for a long time, but not forever if the database hangs. */
export function importOptions(url: string): Options {
  return baseOptions(url, {
    // Two groups in flight and the comparison of the clocks.
    max: 3,
    application_name: 'postback import',
    connectionTimeoutMillis: 5_000,
    query_timeout: 60_000,
    keepAlive: true,
  });
}

function baseOptions(clientUrl: string, driverOptions: object): Options {
  return defineConfig({
    clientUrl,
    driverOptions: { ...driverOptions, onPoolCreated: refuseWhileEnding },
    entities: [
      ProjectSchema,
      ApiKeySchema,
      AdminTokenSchema,
      InstallSchema,
      RejectionSchema,
      RejectionGroupSchema,
      ReplaySchema,
      PostbackCountSchema,
      BadKeyCountSchema,
    ],
    extensions: [Migrator],
    // A BEGIN or COMMIT that times out never returns its connection to the pool. Each flush in
    // this service is one statement, which needs neither.
    implicitTransactions: false,
    // The message of a failed statement contains its values. Errors are logged where they are handled.
    logger: () => undefined,
    discovery: { warnWhenNoEntities: false },
    migrations: {
      migrationsList: MIGRATIONS,
      path: 'src/database/migrations',
      snapshotName: 'schema-snapshot',
      snapshotOnMigrate: false,
      transactional: true,
    },
  });
}

/**
 * Kysely forgets its pool before it ends it, and then throws for a client that was still being connected, without giving it
 * back: the pool would wait for it for ever. So such a client is not given out.
 */
function refuseWhileEnding(pool: Pool): void {
  pool.options.verify = (_, done) =>
    done(pool.ending ? new Error('The pool is closing') : undefined);
}
