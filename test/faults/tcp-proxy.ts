import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands between the service and its database, counts what it is asked, and can lose what it answers. */
export class TcpProxy {
  /** Of how many answers in a thousand the connection is cut off instead. */
  cutPerMille = 0;
  cuts = 0;
  /** What clients have sent, in pieces: about one for each statement. */
  asked = 0;
  /** The most connections on which an answer was waited for at once. */
  busiest = 0;

  private constructor(
    readonly port: number,
    private readonly close: () => void,
  ) {}

  /** In front of a port of this machine. `random` answers from 0 to 999. */
  static async start(target: number, random: () => number): Promise<TcpProxy> {
    const sockets = new Set<Socket>();
    const waiting = new Set<Socket>();
    const server = createServer((client) => {
      const upstream = connect(target, '127.0.0.1');
      for (const socket of [client, upstream]) {
        sockets.add(socket);
        socket.setNoDelay().on('close', () => {
          client.destroy();
          upstream.destroy();
          sockets.delete(socket);
          waiting.delete(client);
        });
        // Its close is told as well.
        socket.on('error', () => undefined);
      }
      client.pipe(upstream);
      client.on('data', () => {
        proxy.asked++;
        proxy.busiest = Math.max(proxy.busiest, waiting.add(client).size);
      });
      upstream.on('data', (chunk) => {
        waiting.delete(client);
        if (random() < proxy.cutPerMille) {
          proxy.cuts++;
          client.resetAndDestroy();
        } else {
          client.write(chunk);
        }
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const proxy = new TcpProxy(port, () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    });
    return proxy;
  }

  stop(): void {
    this.close();
  }
}
