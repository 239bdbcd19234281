import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { closeGently } from './close-gently';

const REQUEST = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

describe('a server that closes gently', () => {
  let server: Server;
  let deaf: Promise<void>;

  beforeEach(async () => {
    // As the service does: who is refused is told so when nobody can connect any more.
    server = createServer((_request, response) => {
      response.setHeader('Connection', 'close');
      void deaf.then(() => response.writeHead(503).end());
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  /** One request on a connection of its own: the status, or the error. */
  async function send(): Promise<string> {
    const { port } = server.address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    let text = '';
    let code = '';
    socket
      .on('data', (chunk) => (text += chunk.toString()))
      .on('error', (error: NodeJS.ErrnoException) => (code = error.code ?? ''))
      .write(REQUEST);
    await new Promise((resolve) => socket.once('close', resolve));
    return code || text.slice('HTTP/1.1 '.length).split(' ')[0];
  }

  it('answers every connection that it was open for, and refuses the next ones', async () => {
    const { port } = server.address() as AddressInfo;
    const closing = closeGently(server, 2_000);
    deaf = closing.deaf;
    const sent = await Promise.all(Array.from({ length: 50 }, send));
    expect(new Set(sent)).toEqual(new Set(['503']));
    await closing.closed;
    await expect(once(connect(port, '127.0.0.1'), 'connect')).rejects.toThrow(
      /ECONNREFUSED/,
    );
  });

  it('cuts off what is left at the end', async () => {
    const { port } = server.address() as AddressInfo;
    const silent = connect(port, '127.0.0.1').on('error', () => undefined);
    await once(server, 'connection');
    const { closed } = closeGently(server, 0);
    await closed;
    if (!silent.closed) await once(silent, 'close');
    expect(server.listening).toBe(false);
  });
});
