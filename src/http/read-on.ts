import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';

/** Milliseconds and bytes that a connection is read from behind its last answer. */
const FOR = 1_000;
const MOST = 2 * 1024 * 1024;

/**
 * Lets a client that is still sending read the answer, when the connection is closed behind it:
 * closed with unread bytes, it would be reset, and the answer with it. What comes is dropped.
 */
export function readOnBehindAnswer(
  socket: Socket,
  request: IncomingMessage,
): void {
  // What the server calls when the connection is not kept.
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
