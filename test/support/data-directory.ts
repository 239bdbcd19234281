import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/**
 * Puts an initialised cluster, as the first start of the embedded PostgreSQL makes it, into a directory: sooner than
 * initdb. The service has never started on it.
 */
export async function copyCluster(directory: string): Promise<void> {
  await copyDirectory(process.env.TEST_CLUSTER ?? '', directory);
}

/** With owners and modes. */
export async function copyDirectory(from: string, to: string): Promise<void> {
  await promisify(execFile)('cp', ['-a', `${from}/.`, to]);
}
