import { MikroORM, type Options } from '@mikro-orm/postgresql';
import { Client } from 'pg';

/** The options of the ORM for migrations of the database at a URL. */
export type MigrationOptions = (url: string) => Options;

/** Any number, as long as nothing else in the database uses it for an advisory lock. */
const LOCK = 7_021_902;

/**
 * Brings the schema up to date. When several processes do it at once, one runs the migrations and the others wait. Returns
 * the names of the migrations that it ran.
 */
export async function migrate(
  url: string,
  options: MigrationOptions,
): Promise<string[]> {
  const lock = new Client({ connectionString: url });
  await lock.connect();
  try {
    await lock.query('select pg_advisory_lock($1)', [LOCK]);
    const orm = await MikroORM.init(options(url));
    try {
      const done = await orm.migrator.up();
      return done.map(({ name }) => name);
    } finally {
      await orm.close();
    }
  } finally {
    await lock.end();
  }
}
