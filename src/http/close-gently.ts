import { once } from 'node:events';
import type { Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setImmediate, setTimeout as delay } from 'node:timers/promises';

/** Milliseconds without a new connection after which none waits to be taken. */
const QUIET = 150;
/** Milliseconds; senders that never pause are not waited for any longer. */
const LISTEN_ON = 1_000;
/** Milliseconds. */
const LOOK_EVERY = 300;

/**
 * Closes a server that refuses new work by now. `deaf` settles when it listens no more, `closed` when
 * the last connection has ended, which is `limit` milliseconds later at most.
 */
export function closeGently(
  server: Server,
  limit: number,
): { deaf: Promise<void>; closed: Promise<void> } {
  const deaf = stopListening(server);
  return { deaf, closed: closeConnections(server, deaf, limit) };
}

/**
 * Stops to listen. The kernel resets connections that it has made and the process has not taken, so
 * it listens until no new one has come for a while.
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
    // Timers come before what has happened on sockets meanwhile.
    await setImmediate();
  } while (taken > before && performance.now() < end);
  server.off('connection', count);
  // The server's own `close` would cut off at once what looks idle, also where a request has
  // arrived that nobody has read yet.
  NetServer.prototype.close.call(server);
}

/** Closes each connection when it is idle, and after `limit` milliseconds whatever is left. */
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
