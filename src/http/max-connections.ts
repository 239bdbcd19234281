import type { Env } from '../config/env';

/** Files that the process needs besides connections: modules, logs, Redis, pipes, the listener. */
const OTHER_FILES = 100;

/** Connections that may be open at once: MAX_CONNECTIONS, but no more than the process may open files. */
export function maxConnections({
  MAX_CONNECTIONS,
  DATABASE_POOL_SIZE,
}: Env): number {
  const free = openFiles() - OTHER_FILES - DATABASE_POOL_SIZE;
  return Math.max(1, Math.min(MAX_CONNECTIONS, free));
}

/** `ulimit -n`, which Node raises to the hard limit. */
function openFiles(): number {
  const report = process.report as NodeJS.ProcessReport & {
    excludeNetwork: boolean;
  };
  // By default the report resolves addresses to host names, which takes time.
  report.excludeNetwork = true;
  const { userLimits } = report.getReport() as {
    userLimits?: { open_files: { soft: number | 'unlimited' } };
  };
  return Number(userLimits?.open_files.soft) || Infinity;
}
