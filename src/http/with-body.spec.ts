import { once } from 'node:events';
import {
  type ClientRequest,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as httpRequest,
  type Server,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import {
  brotliCompressSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';
import type { Request } from 'express';
import { BodyBudget } from './body-budget';
import { withBody } from './with-body';

const KIB = 1024;
const LIMIT = 64 * KIB;
const TEXT = 'publisher_name=P&user_id=u';
const GZIP = { 'Content-Encoding': 'gzip' };

describe('the body of a request', () => {
  let server: Server;
  let budget: BodyBudget;
  const clients: ClientRequest[] = [];

  beforeEach(async () => {
    budget = new BodyBudget({
      total: 1024 * KIB,
      share: 512 * KIB,
      assured: 0,
    });
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  /** A client that has sent the headers, and how its request is read. */
  async function open(
    headers: IncomingHttpHeaders = {},
    options: { until?: number; inflates?: boolean } = {},
    use = (body: Buffer | undefined): unknown => body?.toString(),
  ) {
    const { port } = server.address() as AddressInfo;
    const client = httpRequest({ port, method: 'POST', headers, agent: false });
    clients.push(client.on('error', () => undefined));
    client.flushHeaders();
    const [request] = (await once(server, 'request')) as [IncomingMessage];
    const body = withBody(
      request as Request,
      { limit: LIMIT, inflates: true, budget, ...options },
      use,
    );
    // It may fail before the test looks.
    body.catch(() => undefined);
    return { client, body };
  }

  async function send(bytes: Buffer | string, headers?: IncomingHttpHeaders) {
    const { client, body } = await open(headers);
    client.end(bytes);
    return body;
  }

  it('is read whole when all of it arrived before', async () => {
    const { port } = server.address() as AddressInfo;
    const client = httpRequest({ port, method: 'POST', agent: false });
    clients.push(client.on('error', () => undefined));
    // With the headers more than Node.js reads at once, so there are several chunks.
    const text = 'x'.repeat(LIMIT);
    client.end(text);
    const [request] = (await once(server, 'request')) as [Request];
    while (!request.complete) await setImmediate();
    const body = await withBody(
      request,
      { limit: LIMIT, inflates: true, budget },
      (bytes) => bytes?.toString(),
    );
    expect(body === text).toBe(true);
  });

  async function untilHeld(bytes: number): Promise<void> {
    while (budget.held() < bytes) await setImmediate();
  }

  it.each([
    ['plain', undefined, (text: string) => Buffer.from(text)],
    ['identity', 'identity', (text: string) => Buffer.from(text)],
    ['gzip', 'gzip', gzipSync],
    ['GZIP', 'GZIP', gzipSync],
    ['deflate', 'deflate', deflateSync],
    ['br', 'br', brotliCompressSync],
    ['zstd', 'zstd', zstdCompressSync],
  ])('is read: %s', async (_, encoding, encode) => {
    const body = await send(
      encode(TEXT),
      encoding ? { 'Content-Encoding': encoding } : {},
    );
    expect(body).toBe(TEXT);
    expect(budget.held()).toBe(0);
  });

  it('is read from all members of a gzip file', async () => {
    const members = Buffer.concat([gzipSync(TEXT), gzipSync(TEXT)]);
    expect(await send(members, GZIP)).toBe(TEXT + TEXT);
  });

  it('is read when it came together with the headers', async () => {
    const reading = once(server, 'request').then(async ([request]) => {
      while (!(request as Request).complete) await setImmediate();
      return withBody(
        request as Request,
        { limit: LIMIT, inflates: true, budget },
        (body) => body?.toString(),
      );
    });
    const { port } = server.address() as AddressInfo;
    clients.push(
      httpRequest({ port, method: 'POST', agent: false })
        .on('error', () => undefined)
        .end(TEXT),
    );
    expect(await reading).toBe(TEXT);
  });

  it('holds as many bytes as were sent while it arrives compressed', async () => {
    const zipped = gzipSync(Buffer.alloc(LIMIT, ' '));
    const { client } = await open(GZIP);
    client.write(zipped.subarray(0, -8));
    await untilHeld(zipped.length - 8);
    expect(budget.held()).toBeLessThan(2 * zipped.length);
  });

  it('holds no more than twice its bytes when they come one by one', async () => {
    const { client } = await open({ 'Transfer-Encoding': 'chunked' });
    for (let n = 0; n < 5_000; n++) client.write('x');
    await untilHeld(5_000);
    expect(budget.held()).toBeLessThanOrEqual(10_000);
  });

  it('is held until the work on it is done', async () => {
    let done!: () => void;
    const work = new Promise<void>((resolve) => (done = resolve));
    const { client, body } = await open({}, {}, () => work);
    client.end(TEXT);
    await untilHeld(TEXT.length);
    done();
    await body;
    expect(budget.held()).toBe(0);
  });

  it('is dropped when it has not arrived in time', async () => {
    const { client, body } = await open({}, { until: performance.now() });
    client.write('x'.repeat(KIB));
    await expect(body).rejects.toMatchObject({
      code: 'overloaded',
      headers: { Connection: 'close', 'Retry-After': '1' },
    });
    expect(budget.held()).toBe(0);
  });

  it('is dropped when the client goes away in the middle of it', async () => {
    const { client, body } = await open({ 'Content-Length': '100' });
    client.write('x');
    await untilHeld(1);
    client.destroy();
    await expect(body).rejects.toMatchObject({ code: 'request_cut_off' });
    expect(budget.held()).toBe(0);
  });

  it('is refused above the share of its sender', async () => {
    const others = budget.hold('administrator');
    others.grow(500 * KIB);
    const { client, body } = await open();
    client.write('x'.repeat(20 * KIB));
    await expect(body).rejects.toMatchObject({ code: 'overloaded' });
    expect(budget.held()).toBe(500 * KIB);
  });

  it('is refused above the share of its sender when it is inflated', async () => {
    const others = budget.hold('administrator');
    others.grow(420 * KIB);
    const zipped = gzipSync(Buffer.alloc(LIMIT, ' '));
    await expect(send(zipped, GZIP)).rejects.toMatchObject({
      code: 'overloaded',
    });
    expect(budget.held()).toBe(420 * KIB);
  });

  it.each([
    ['plain', Buffer.alloc(LIMIT + 1), {}],
    ['chunked', Buffer.alloc(LIMIT + 1), { 'Transfer-Encoding': 'chunked' }],
    ['a bomb', gzipSync(Buffer.alloc(50 * KIB * KIB)), GZIP],
  ])('is refused above the limit: %s', async (_, bytes, headers) => {
    await expect(send(bytes, headers)).rejects.toMatchObject({
      code: 'payload_too_large',
    });
    expect(budget.held()).toBe(0);
  });

  it('is refused by its announced length before any of it was sent', async () => {
    const { body } = await open({ 'Content-Length': String(LIMIT + 1) });
    await expect(body).rejects.toMatchObject({ code: 'payload_too_large' });
  });

  it.each([
    ['an unknown encoding', 'x-nonsense', true],
    ['two encodings', 'gzip, gzip', true],
    ['gzip, where nothing is inflated', 'gzip', false],
  ])('is not read in %s', async (_, encoding, inflates) => {
    const { body } = await open({ 'Content-Encoding': encoding }, { inflates });
    await expect(body).rejects.toMatchObject({
      code: 'unsupported_media_type',
    });
  });

  it.each([
    ['cut short', gzipSync(TEXT).subarray(0, -8)],
    ['empty', Buffer.alloc(0)],
    ['no gzip at all', Buffer.from(TEXT)],
    [
      'gzip with something behind it',
      Buffer.concat([gzipSync(TEXT), Buffer.from('x')]),
    ],
  ])('is refused when it says gzip and is %s', async (_, bytes) => {
    await expect(send(bytes, GZIP)).rejects.toMatchObject({
      code: 'invalid_encoding',
    });
    expect(budget.held()).toBe(0);
  });
});
