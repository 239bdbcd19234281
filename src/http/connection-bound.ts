import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

/** Connections that are looked at to find one to close: with so many busy ones in a row the new one has to go. */
const LOOK_AT = 100;

/**
 * Bounds the connections of a server. The one that has waited longest without a whole request makes
 * room for a new one: Node's `maxConnections` turns away the newest, so idle strangers would lock
 * everybody else out.
 */
export class ConnectionBound {
  /** The longest waiting first; with the request that is to be answered on it, if any. */
  private readonly connections = new Map<Socket, IncomingMessage | undefined>();

  /** `most`: connections; 1 or more. */
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

  /** It has been answered. */
  wait(socket: Socket): void {
    this.connections.delete(socket);
    if (!socket.destroyed) this.connections.set(socket, undefined);
  }

  /** Without a whole request; the order of those that are passed over is made when they are answered. */
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
