import { once } from 'node:events';
import type { Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds in which a request that is on its way will have arrived. */
const STRAGGLERS = 300;

/**
 * Closes a server that refuses new work by now. It listens a little longer, because connections
 * that wait to be taken would be reset; then each connection is closed when it has been idle for a
 * while. After `limit` milliseconds whatever is left is cut off.
 *
 * The server's own `close` would cut off at once what looks idle, also where a request has arrived
 * that nobody has read yet.
 */
export async function closeGently(
  server: Server,
  limit: number,
): Promise<void> {
  await delay(STRAGGLERS);
  const closed = once(server, 'close');
  NetServer.prototype.close.call(server);
  const idle = setInterval(() => server.closeIdleConnections(), STRAGGLERS);
  const late = setTimeout(() => server.closeAllConnections(), limit);
  await closed;
  clearInterval(idle);
  clearTimeout(late);
}
