import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NewCredentials } from './first-start.service';

/** The file in the data directory with the credentials that the first start created. */
export const CREDENTIALS_FILE = 'credentials.json';

/** Saves credentials in a file that only its owner can read. Does nothing without a data directory, that is with an external database. */
export async function saveCredentials(
  { apiKey, adminToken }: NewCredentials,
  directory: string | undefined,
): Promise<void> {
  if (directory === undefined) return;
  const file = join(directory, CREDENTIALS_FILE);
  // An existing file would keep its mode.
  await rm(file, { force: true });
  await writeFile(
    file,
    `${JSON.stringify({ apiKey, adminToken }, null, 2)}\n`,
    { mode: 0o600, flag: 'wx' },
  );
}
