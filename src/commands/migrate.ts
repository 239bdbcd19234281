import { loadEnv } from '../config/env';
import { run } from '../run';
import { migrate } from '../database/migrate';
import { openDatabase, requireReachable } from '../database/open-database';
import { migrationOptions } from '../orm-options';

/** `npm run db:migrate`: migrates the database at DATABASE_URL, or the embedded one. */
run(async () => {
  const env = loadEnv();
  if (env.DATABASE_URL === undefined) {
    // Opening the embedded database migrates it.
    await (await openDatabase(env, migrationOptions)).close();
    process.stdout.write('The embedded database is up to date.\n');
    return;
  }
  await requireReachable(env.DATABASE_URL);
  const done = await migrate(env.DATABASE_URL, migrationOptions);
  process.stdout.write(
    done.length > 0
      ? `Ran ${done.join(', ')}.\n`
      : 'The database is up to date.\n',
  );
});
