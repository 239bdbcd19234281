import { Client } from 'pg';
import request from 'supertest';
import { generateApiKey } from '../../../src/auth/api-key';
import { Drain } from '../../../src/http/drain';
import { EventLoopLag } from '../../../src/http/event-loop-lag';
import { startApp, type TestApp } from '../../support/app';
import { CUSTOM } from '../../support/ingest';
import { eventually } from '../../support/management';
import { createDatabase, portOf, throughPort } from '../../support/postgres';
import { TcpProxy } from '../../support/tcp-proxy';
import { TEMPLATE } from '../../support/template';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});

afterAll(() => app.close());

describe('the health endpoints', () => {
  it.each(['/health/live', '/health/ready'])(
    '%s returns 200 without a key',
    async (path) => {
      await request(app.server).get(path).expect(200, { status: 'ok' });
    },
  );

  it('/health/ready returns 503 while the database is unavailable, /health/live 200', async () => {
    const database = await createDatabase(TEMPLATE);
    const proxy = await TcpProxy.start(portOf(database));
    const behind = await startApp({}, throughPort(database, proxy.port));
    behind.db.on('error', () => undefined);
    const ready = () => request(behind.server).get('/health/ready');
    await ready().expect(200);

    await proxy.close();
    const { headers, body } = await ready().expect(503);
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect(body).toMatchObject({ code: 'database_unavailable', status: 503 });
    await request(behind.server).get('/health/live').expect(200);

    await proxy.open();
    await eventually(
      5_000,
      async () => (await ready()).status,
      (status) => status === 200,
    );

    await behind.close();
    await proxy.close();
    await database.drop();
  });

  it.each([
    ['is no more', (name: string) => [`drop database ${name} with (force)`]],
    [
      'takes no connections',
      (name: string) => [
        `alter database ${name} allow_connections false`,
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
      ],
    ],
  ])(
    '/health/ready and the ingest endpoint return 503 when the database %s',
    async (_, statements) => {
      const database = await createDatabase(TEMPLATE);
      const orphan = await startApp({}, database.url);
      orphan.db.on('error', () => undefined);
      const administrator = new Client(process.env.TEST_DATABASE_URL);
      await administrator.connect();
      for (const statement of statements(
        new URL(database.url).pathname.slice(1),
      )) {
        await administrator.query(statement);
      }
      await administrator.end();

      const ready = await request(orphan.server).get('/health/ready');
      const sent = await request(orphan.server)
        .get(CUSTOM)
        .query({ apikey: generateApiKey() });
      await orphan.close();
      await database.drop();

      for (const { status, body } of [ready, sent]) {
        expect({ status, body }).toMatchObject({
          status: 503,
          body: { code: 'database_unavailable' },
        });
      }
    },
  );

  it('/health/ready returns 503 after the drain has begun; requests are still served', async () => {
    const leaving = await startApp();
    leaving.app.get(Drain).announced = true;
    const { body } = await request(leaving.server)
      .get('/health/ready')
      .expect(503);
    expect(body).toMatchObject({ code: 'shutting_down' });
    await request(leaving.server)
      .get(CUSTOM)
      .query({
        apikey: leaving.apiKey,
        publisher_name: 'P',
        user_id: 'u',
      })
      .expect(200);
    await request(leaving.server).get('/health/live').expect(200);
    await leaving.close();
  });

  it('requests get 503 immediately while the event loop is overloaded', async () => {
    const busy = await startApp();
    Object.defineProperty(busy.app.get(EventLoopLag), 'lasting', {
      value: 2_000,
    });
    const { body } = await request(busy.server)
      .get(CUSTOM)
      .query({ apikey: busy.apiKey, publisher_name: 'P', user_id: 'u' })
      .expect(503);
    expect(body).toMatchObject({ code: 'overloaded' });
    await request(busy.server).get('/health/live').expect(200);
    await busy.close();
  });

  it('while draining, /health/ready returns 503, new requests are rejected, and /health/live returns 200', async () => {
    const draining = await startApp();
    draining.app.get(Drain).active = true;
    const { headers, body } = await request(draining.server)
      .get('/health/ready')
      .expect(503);
    expect(body).toMatchObject({ code: 'shutting_down', status: 503 });
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    await request(draining.server)
      .get(CUSTOM)
      .query({ apikey: draining.apiKey })
      .expect(503);
    await request(draining.server).get('/health/live').expect(200);
    await draining.close();
  });
});
