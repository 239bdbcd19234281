import { Migrator } from '@mikro-orm/migrations';
import { defineConfig, type Options } from '@mikro-orm/postgresql';
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

/** Milliseconds that anybody waits for a connection, and for a lock. */
const WAIT_FOR_CONNECTION = 500;
const LOCK = 500;
/**
 * Milliseconds that a statement of a postback may take. A caller gives up after 2 s: reading an unknown key must leave time to
 * say so, and a postback has a deadline of its own.
 */
const POSTBACK_STATEMENT = 1_000;
/** Milliseconds that any other statement may take: a reader may wait for 1 s before it begins. */
const SHARED_STATEMENT = 2_000;

/** For the connections that only postbacks use: every wait is bounded. */
export function postbackOptions(url: string, connections: number): Options {
  return serviceOptions(url, connections, POSTBACK_STATEMENT);
}

/** For the connections that everything else shares. */
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
    // The server may be unable to keep its own time-outs: stalled, or cut off.
    query_timeout: statementTimeout + 100,
    keepAlive: true,
  });
}

/** For migrations, which may take their time. */
export function migrationOptions(url: string): Options {
  return baseOptions(url, {
    max: 2,
    application_name: 'postback migration',
    connectionTimeoutMillis: 5_000,
  });
}

/** For an import: a group of rows may wait, but not for ever, for a database that is gone. */
export function importOptions(url: string): Options {
  return baseOptions(url, {
    // Two groups in flight, and the clock.
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
    driverOptions,
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
    // A BEGIN or COMMIT that times out never gives its connection back to the pool; what is
    // flushed here is one statement, which needs neither.
    implicitTransactions: false,
    // The text of a failed statement holds its values; errors are logged where they are answered.
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
