import { StartupError } from '../config/startup-error';
import { withClient } from './with-client';

/** Settings that must all be on for a COMMIT to survive a power failure. */
const NEEDED = ['fsync', 'full_page_writes', 'synchronous_commit'];

/** Throws {@link StartupError} if a power failure could lose committed data: the service would report installs as stored that are lost. */
export async function requireDurable(url: string): Promise<void> {
  // As they apply to this user in this database: ALTER ROLE and ALTER DATABASE can set them too.
  const { rows } = await withClient(url, (client) =>
    client.query<{ name: string }>(
      `select name from unnest($1::text[]) as name where current_setting(name) = 'off'`,
      [NEEDED],
    ),
  );
  if (rows.length === 0) return;
  const names = rows.map(({ name }) => name).join(', ');
  throw new StartupError(
    `The database has ${names} off, so it could lose installs after the response 200. Turn ${rows.length > 1 ? 'them' : 'it'} on.`,
  );
}
