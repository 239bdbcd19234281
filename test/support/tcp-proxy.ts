import { once } from 'node:events';
import {
  type AddressInfo,
  connect,
  createServer,
  type Server,
  type Socket,
} from 'node:net';

export interface TcpProxyOptions {
  /** Changes what clients send, as Latin-1; the length must stay the same. */
  readonly rewrite?: (sent: string) => string;
  /** Returns a number from 0 to 999: decides which responses are lost. */
  readonly random?: () => number;
}

/** Between the service and a server on this machine: counts what is sent, and can lose, silence or cut connections. */
export class TcpProxy {
  /** How many responses in a thousand are lost, with their connections. */
  cutPerMille = 0;
  /** How many responses were lost. */
  cuts = 0;
  /** What clients have sent, in chunks: about one for each statement. */
  requests = 0;
  /** The most connections that waited for a response at the same time. */
  busiest = 0;

  private readonly server = createServer((client) => this.forward(client));
  private readonly sockets = new Set<Socket>();
  private readonly waiting = new Set<Socket>();
  /** The first chunk that each client has sent. */
  private readonly greetings = new WeakMap<Socket, string>();
  private address: AddressInfo;

  private constructor(
    private readonly target: number,
    private readonly options: TcpProxyOptions,
  ) {}

  /** Starts a proxy in front of a port of this machine. */
  static async start(
    target: number,
    options: TcpProxyOptions = {},
  ): Promise<TcpProxy> {
    const proxy = new TcpProxy(target, options);
    await listen(proxy.server, 0);
    proxy.address = proxy.server.address() as AddressInfo;
    return proxy;
  }

  get port(): number {
    return this.address.port;
  }

  /** Cuts all connections, and refuses new ones until `open`. */
  async close(): Promise<void> {
    const closed = new Promise((done) => this.server.close(done));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  /** Accepts connections again, on the same port. */
  open(): Promise<void> {
    return listen(this.server, this.port);
  }

  /** Forwards nothing any more on open connections whose first chunk contains `text`. */
  silence(text: string): void {
    for (const socket of this.sockets) {
      if (this.greetings.get(socket)?.includes(text)) {
        socket.removeAllListeners('data').pause();
      }
    }
  }

  private forward(client: Socket): void {
    const upstream = connect(this.target, '127.0.0.1');
    for (const socket of [client, upstream]) {
      this.sockets.add(socket);
      // 'close' follows each error.
      socket.setNoDelay().on('error', () => undefined);
      socket.on('close', () => {
        this.sockets.delete(socket);
        this.waiting.delete(client);
        client.destroy();
        upstream.destroy();
      });
    }
    client.once('data', (chunk: Buffer) => {
      const greeting = chunk.toString('latin1');
      this.greetings.set(client, greeting).set(upstream, greeting);
    });
    client.on('data', (chunk: Buffer) => this.send(client, upstream, chunk));
    upstream.on('data', (chunk: Buffer) => this.respond(client, chunk));
  }

  private send(client: Socket, upstream: Socket, chunk: Buffer): void {
    const { rewrite } = this.options;
    this.requests++;
    this.busiest = Math.max(this.busiest, this.waiting.add(client).size);
    upstream.write(
      rewrite
        ? Buffer.from(rewrite(chunk.toString('latin1')), 'latin1')
        : chunk,
    );
  }

  private respond(client: Socket, chunk: Buffer): void {
    const { random = () => 999 } = this.options;
    this.waiting.delete(client);
    if (random() < this.cutPerMille) {
      this.cuts++;
      client.resetAndDestroy();
    } else {
      client.write(chunk);
    }
  }
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}
