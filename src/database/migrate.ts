import { MikroORM } from '@mikro-orm/postgresql';
import { Client } from 'pg';
import { migrationOptions } from '../orm-options';

/** Any number, as long as nothing else in the database uses it for an advisory lock. */
const LOCK = 7_021_902;

/** Brings the schema up to date. Of several at once one works and the others wait. Answers the names of what it ran. */
export async function migrate(url: string): Promise<string[]> {
  const lock = new Client({ connectionString: url });
  await lock.connect();
  try {
    await lock.query('select pg_advisory_lock($1)', [LOCK]);
    const orm = await MikroORM.init(migrationOptions(url));
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
