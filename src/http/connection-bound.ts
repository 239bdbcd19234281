import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

/** How many connections are examined to find one to close. If all of them are busy, the new one is closed. */
const LOOK_AT = 100;

/**
 * Limits the open connections of a server. A new connection replaces the one that has waited longest without a
 * complete request. Node's `maxConnections` closes the newest instead, so idle clients would lock out all others.
 */
export class ConnectionBound {
  /** The longest waiting first, each with the request that is being processed on it, if any. */
  private readonly connections = new Map<Socket, IncomingMessage | undefined>();

  /** `most`: open connections, 1 or more. */
  constructor(private readonly most: number) {}

  watch(server: Server): void {
    server.on('connection', (socket: Socket) => {
      this.connections.set(socket, undefined);
      socket.once('close', () => this.connections.delete(socket));
      if (this.connections.size > this.most)
        this.close(this.choose() ?? socket);
    });
  }

  /** A request has begun to arrive. */
  begin(socket: Socket, request: IncomingMessage): void {
    if (!socket.destroyed) this.connections.set(socket, request);
  }

  /** The request has been answered. */
  wait(socket: Socket): void {
    this.connections.delete(socket);
    if (!socket.destroyed) this.connections.set(socket, undefined);
  }

  /** The longest waiting connection without a complete request. Busy ones move to the end when their request is answered. */
  private choose(): Socket | undefined {
    let looks = LOOK_AT;
    for (const [socket, request] of this.connections) {
      if (!request?.complete) return socket;
      if (--looks === 0) return undefined;
      this.connections.delete(socket);
      this.connections.set(socket, request);
    }
    return undefined;
  }

  private close(socket: Socket): void {
    this.connections.delete(socket);
    socket.destroy();
  }
}
