import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';

/** Milliseconds and bytes for which a connection is still read after its last response. */
const FOR = 1_000;
const MOST = 2 * 1024 * 1024;

/**
 * Lets a client that is still sending read the last response of a connection. A connection that is closed with
 * unread bytes is reset, and the response is lost. The bytes are discarded.
 */
export function readOnBehindAnswer(
  socket: Socket,
  request: IncomingMessage,
): void {
  // The server calls it when the connection is not kept alive.
  socket.destroySoon = () => {
    if (request.readableEnded) {
      Socket.prototype.destroySoon.call(socket);
      return;
    }
    const limit = socket.bytesRead + MOST;
    const close = () => socket.destroy();
    const timer = setTimeout(close, FOR);
    socket.once('close', () => clearTimeout(timer));
    request
      .once('end', close)
      .on('data', () => socket.bytesRead > limit && close());
    socket.end();
  };
}
