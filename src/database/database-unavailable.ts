/**
 * SQLSTATE classes and codes of a database that cannot serve now but will later:
 * connection lost or refused, out of resources, shutting down or starting, cancelled by a time-out,
 * a lock not granted in time, deadlock, serialization failure, read-only during a fail-over.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const UNAVAILABLE =
  /^(08(?!P01)...|28...|3D000|53...|55000|55P03|57...|58...|40P01|40001|25006)$/;

/** Error codes of node-postgres and the operating system, which are not SQLSTATEs. */
const CONNECTION_FAILED =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;
const CONNECTION_LOST =
  /timeout exceeded when trying to connect|Connection terminated|Query read timeout|Client has encountered a connection error|Client was closed|Cannot use a pool after calling end/;

/** Whether a query failed because of the state of the database, not because of the query. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return (
    UNAVAILABLE.test(code) ||
    CONNECTION_FAILED.test(code) ||
    CONNECTION_LOST.test(error.message) ||
    isDatabaseUnavailable(error.cause)
  );
}
