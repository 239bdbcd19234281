import { once } from 'node:events';
import type { Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setImmediate, setTimeout as delay } from 'node:timers/promises';

/** Milliseconds without a new connection, after which no connection is left in the kernel's queue. */
const QUIET = 150;
/** Milliseconds after which the server stops listening although new connections keep arriving. */
const LISTEN_ON = 1_000;
/** Milliseconds. */
const LOOK_EVERY = 300;

/**
 * Closes a server that already rejects new requests. `deaf` settles when it no longer listens, `closed` when the
 * last connection has ended, at most `limit` milliseconds later.
 */
export function closeGently(
  server: Server,
  limit: number,
): { deaf: Promise<void>; closed: Promise<void> } {
  const deaf = stopListening(server);
  return { deaf, closed: closeConnections(server, deaf, limit) };
}

/**
 * Stops listening. The kernel resets connections that it has established and the process has not accepted, so the
 * server listens until no new connection has arrived for a while.
 */
async function stopListening(server: Server): Promise<void> {
  let taken = 0;
  const count = () => taken++;
  server.on('connection', count);
  const end = performance.now() + LISTEN_ON;
  let before: number;
  do {
    before = taken;
    await delay(QUIET);
    // Timers run before pending socket events.
    await setImmediate();
  } while (taken > before && performance.now() < end);
  server.off('connection', count);
  // The server's own `close` would also cut connections on which an unread request has arrived.
  NetServer.prototype.close.call(server);
}

/** Closes each connection once it is idle, and all that are left after `limit` milliseconds. */
async function closeConnections(
  server: Server,
  deaf: Promise<void>,
  limit: number,
): Promise<void> {
  const closed = once(server, 'close');
  await deaf;
  const idle = setInterval(() => server.closeIdleConnections(), LOOK_EVERY);
  const late = setTimeout(() => server.closeAllConnections(), limit);
  await closed;
  clearInterval(idle);
  clearTimeout(late);
}
