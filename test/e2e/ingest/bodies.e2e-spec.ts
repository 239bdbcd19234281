import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import request from 'supertest';
import { Drain } from '../../../src/http/drain';
import { BODY_BUDGET } from '../../../src/http/body-budget';
import { startApp, type TestApp } from '../../support/app';
import {
  anInstall,
  CUSTOM,
  exchange,
  exchangeRaw,
  expectResult,
} from '../../support/ingest';
import { expectProblem } from '../../support/problems';
import { call, eventually } from '../../support/management';
import { makeTenant, rejectionsOf, statsOf } from '../../support/rejections';

const MIB = 1024 * 1024;
const HOST = 'Host: a\r\n';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});

afterAll(() => app.close());

/** A connection over which bytes have been sent. */
function send(...parts: (string | Buffer)[]): Socket {
  const socket = connect(Number(new URL(app.origin).port), '127.0.0.1');
  socket.on('error', () => undefined);
  for (const part of parts) socket.write(part);
  return socket;
}

const head = (path: string, key: string, ...headers: string[]) =>
  `POST ${path} HTTP/1.1\r\n${HOST}Authorization: Bearer ${key}\r\n${headers.map((header) => `${header}\r\n`).join('')}\r\n`;

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await setImmediate();
}

describe('a request body that does not end', () => {
  it('ends at the deadline, and its connection is closed', async () => {
    const { key, keyId } = await makeTenant(app);
    const accepted = once(app.server, 'connection') as Promise<[Socket]>;
    const zipped = gzipSync(Buffer.alloc(MIB, ' '));
    const socket = send(
      head(
        `${CUSTOM}/batch`,
        key,
        `Content-Length: ${zipped.length}`,
        'Content-Encoding: gzip',
      ),
      zipped.subarray(0, -8),
    );
    const [connection] = await accepted;
    await until(() => BODY_BUDGET.held(keyId) > 0);
    // As it was sent: nothing is inflated yet.
    expect(BODY_BUDGET.held(keyId)).toBeLessThan(2 * zipped.length);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 503 /);
    expect(answer.toString()).toMatch(/^connection: close\r$/im);
    expect(BODY_BUDGET.held(keyId)).toBe(0);
    if (!connection.closed) await once(connection, 'close');
  });

  it('uses the share of its own key only', async () => {
    const [greedy, other] = [await makeTenant(app), await makeTenant(app)];
    const start = head(
      `${CUSTOM}/batch`,
      greedy.key,
      `Content-Length: ${MIB}`,
      'Content-Type: application/json',
    );
    const half = Buffer.alloc(MIB / 2 + 1, ' ');
    const sockets = Array.from({ length: 16 }, () => send(start, half));
    await until(() => BODY_BUDGET.held(greedy.keyId) > 15 * MIB);

    const batch = `[${JSON.stringify(anInstall())}]`.padEnd(MIB);
    const post = (apiKey: string) =>
      exchange(app.origin, {
        method: 'POST',
        path: `${CUSTOM}/batch`,
        headers: { 'X-Api-Key': apiKey, 'Content-Type': 'application/json' },
        body: batch,
      });
    // Those that are still on their way may leave room for one more.
    const refused = await eventually(
      1_500,
      () => post(greedy.key),
      ({ status }) => status !== 200,
    );
    expectProblem(app, refused, 503, 'overloaded');
    expect(refused.headers['retry-after']).toMatch(/^[1-9]\d*$/);
    expect((await post(other.key)).status).toBe(200);
    for (const socket of sockets) socket.destroy();
    await until(() => BODY_BUDGET.held() === 0);
  });

  it('is not a rejection if the client disconnects', async () => {
    const tenant = await makeTenant(app);
    const socket = send(
      head(CUSTOM, tenant.key, 'Content-Length: 100'),
      '{"publisher_name"',
    );
    await until(() => BODY_BUDGET.held(tenant.keyId) > 0);
    socket.destroy();
    await until(() => BODY_BUDGET.held(tenant.keyId) === 0);
    // Something that is refused, and kept behind it.
    const refused = await exchange(app.origin, {
      method: 'POST',
      headers: { 'X-Api-Key': tenant.key },
      body: '{}',
    });
    expect(refused.status).toBe(400);
    const [only, ...more] = await rejectionsOf(app, tenant, 1);
    expect([only.code, more]).toEqual(['invalid_postback', []]);
    const { total } = await statsOf(app, tenant);
    expect(total.refused).toBe(1);
  });
});

describe('the body of a batch', () => {
  it('counts against the budget of its key until it is stored', async () => {
    const { key, keyId } = await makeTenant(app);
    const body = JSON.stringify([anInstall()]);
    await app.db.query('begin');
    await app.db.query('lock table install in access exclusive mode');
    const answer = exchange(app.origin, {
      method: 'POST',
      path: `${CUSTOM}/batch`,
      headers: { 'X-Api-Key': key, 'Content-Type': 'application/json' },
      body,
    });
    await until(() => BODY_BUDGET.held(keyId) === body.length);
    await app.db.query('rollback');
    await answer;
    expect(BODY_BUDGET.held(keyId)).toBe(0);
  });
});

describe('a request body of the management API', () => {
  const path = '/v1/projects';
  const close = 'Connection: close';
  const unsent = 'Content-Length: 20';

  it('is not awaited before the key is verified', async () => {
    const answer = await exchangeRaw(
      app.origin,
      head(path, 'not-the-token-at-all', unsent, close),
    );
    expectProblem(app, answer, 401, 'invalid_key');
  });

  it('is not awaited for an unknown path', async () => {
    const answer = await exchangeRaw(
      app.origin,
      head('/v1/nothing', app.adminToken, unsent, close),
    );
    expectProblem(app, answer, 404, 'not_found');
  });

  it('is not decompressed', async () => {
    const answer = await exchange(app.origin, {
      method: 'POST',
      path,
      headers: {
        Authorization: `Bearer ${app.adminToken}`,
        'Content-Encoding': 'gzip',
      },
      body: gzipSync('{"name":"Zipped"}'),
    });
    expectProblem(app, answer, 415, 'unsupported_media_type');
  });

  it('is read as JSON for every content type, up to 100 KiB', async () => {
    const created = await call(app, 'post', path)
      .set('Content-Type', 'application/x-www-form-urlencoded')
      .send('\uFEFF{"name":"Typed"}');
    expect(created.status).toBe(201);
    const name = 'x'.repeat(100 * 1024);
    const large = await call(app, 'post', path).send({ name });
    expect(large.body).toMatchObject({ code: 'payload_too_large' });
  });

  it('counts against the budget of the administrator while it is received', async () => {
    const socket = send(head(path, app.adminToken, unsent), '{');
    await until(() => BODY_BUDGET.held('administrator') > 0);
    socket.destroy();
    await until(() => BODY_BUDGET.held('administrator') === 0);
  });
});

describe('a client that is still sending', () => {
  it.each([
    ['its key is bad', '401', () => false],
    ['the service is shutting down', '503', () => true],
  ])('receives the response when %s', async (_, status, isDraining) => {
    const drain = app.app.get(Drain);
    drain.active = isDraining();
    try {
      const socket = connect({
        port: Number(new URL(app.origin).port),
        allowHalfOpen: true,
      });
      const rest = Buffer.alloc(MIB, ' ');
      const length = `Content-Length: ${2 * rest.length}`;
      socket.write(
        head(`${CUSTOM}/batch`, 'not-a-key', length, 'Connection: close'),
      );
      socket.write(rest);
      const [answer] = (await once(socket, 'data')) as [Buffer];
      expect(answer.toString().split(' ')[1]).toBe(status);
      // Rejects when the connection is reset.
      const closed = once(socket.resume(), 'close');
      socket.end(rest);
      expect(await closed).toEqual([false]);
    } finally {
      drain.active = false;
    }
  });
});

describe('at the limit of connections', () => {
  let small: TestApp;

  beforeAll(async () => {
    small = await startApp({ MAX_CONNECTIONS: '2' });
  });

  afterAll(() => small.close());

  it('idle connections without a key are closed for a tracker', async () => {
    const idle = Array.from({ length: 2 }, () =>
      connect(Number(new URL(small.origin).port), '127.0.0.1'),
    );
    await Promise.all(idle.map((socket) => once(socket, 'connect')));
    const gone = once(idle[0].resume(), 'close');
    const query = new URLSearchParams({
      apikey: small.apiKey,
      ...(anInstall() as Record<string, string>),
    });
    const answer = await exchange(small.origin, {
      path: `${CUSTOM}?${query.toString()}`,
    });
    expectResult(answer);
    await gone;
    idle[1].destroy();
  });

  it('no connection with a request in progress is closed', async () => {
    await small.db.query('begin');
    await small.db.query('lock table install in access exclusive mode');
    const answers = Array.from({ length: 2 }, () =>
      request(small.server)
        .get(CUSTOM)
        .query({ apikey: small.apiKey, ...anInstall() })
        // Whatever it is: the lock may have been there for too long.
        .then(({ status }) => status > 0),
    );
    const taken = once(small.server, 'request').then(() =>
      once(small.server, 'request'),
    );
    void Promise.all(answers);
    await taken;
    const late = connect(Number(new URL(small.origin).port), '127.0.0.1');
    late.on('error', () => undefined);
    await once(late.resume(), 'close');
    await small.db.query('rollback');
    expect(await Promise.all(answers)).toEqual([true, true]);
  });
});
