import { open } from 'node:fs/promises';
import { codeOf } from './commands';

/** For `catch`: undefined if the file does not exist. Rethrows any other error. */
export function undefinedIfMissing(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT') throw error;
  return undefined;
}

/** Flushes the entries of a directory to the disk. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
