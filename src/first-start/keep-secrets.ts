import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NewSecrets } from './first-start.service';

/** The file in the data directory that holds the secrets of the first start. */
export const SECRETS_FILE = 'credentials.json';

/** Beside the embedded database the secrets are kept in a file that only its owner can read; beside any other they are only shown. */
export async function keepSecrets(
  { apiKey, adminToken }: NewSecrets,
  directory: string | undefined,
): Promise<void> {
  if (directory === undefined) return;
  const file = join(directory, SECRETS_FILE);
  // A file that is there would keep its own mode.
  await rm(file, { force: true });
  await writeFile(
    file,
    `${JSON.stringify({ apiKey, adminToken }, null, 2)}\n`,
    { mode: 0o600, flag: 'wx' },
  );
}
