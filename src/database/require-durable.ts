import { StartupError } from '../config/startup-error';
import { withClient } from './with-client';

/** Settings without any of which a COMMIT is no promise. */
const NEEDED = ['fsync', 'full_page_writes', 'synchronous_commit'];

/** Throws {@link StartupError} when what the database has committed could be lost with its power, for it answers "stored" all the same. */
export async function requireDurable(url: string): Promise<void> {
  // As this user has them in this database: ALTER ROLE and ALTER DATABASE set some, too.
  const { rows } = await withClient(url, (client) =>
    client.query<{ name: string }>(
      `select name from unnest($1::text[]) as name where current_setting(name) = 'off'`,
      [NEEDED],
    ),
  );
  if (rows.length === 0) return;
  const names = rows.map(({ name }) => name).join(', ');
  throw new StartupError(
    `The database has ${names} off, so that it would lose installs that were answered with 200. Turn ${rows.length > 1 ? 'them' : 'it'} on.`,
  );
}
