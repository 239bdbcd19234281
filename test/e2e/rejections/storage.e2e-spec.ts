import { gzipSync } from 'node:zlib';
import request, { type Test } from 'supertest';
import { startApp, type TestApp } from '../../support/app';
import {
  anInstall,
  CUSTOM,
  exchange,
  exchangeRaw,
  type Fields,
} from '../../support/ingest';
import {
  makeTenant,
  rejectionsOf,
  statsOf,
  type Tenant,
  theRejection,
} from '../../support/rejections';

const LIMIT = 5;

let app: TestApp;
let tenant: Tenant;

beforeAll(async () => {
  app = await startApp({ REJECTION_LIMIT: String(LIMIT) });
});

beforeEach(async () => {
  tenant = await makeTenant(app);
});

afterAll(() => app.close());

const get = (query: string, path = CUSTOM): Test =>
  request(app.server).get(`${path}?${query}`);

const post = (body: string, type = 'application/json'): Test =>
  request(app.server)
    .post(CUSTOM)
    .set('X-Api-Key', tenant.key)
    .set('Content-Type', type)
    .send(body);

/** Exactly these bytes. */
const postBytes = (body: Buffer, headers: Record<string, string> = {}) =>
  exchange(app.origin, {
    method: 'POST',
    headers: {
      'X-Api-Key': tenant.key,
      'Content-Type': 'application/json',
      ...headers,
    },
    body,
  });

const refuse = (fields: Fields): Test => post(JSON.stringify(fields));

describe('a rejected postback', () => {
  it('is stored as it was sent, without the key', async () => {
    await get(
      `apikey=${tenant.key}&publisher_name=P&cost=1,5&x=${tenant.key}`,
    ).expect(400);
    expect(await theRejection(app, tenant)).toEqual({
      rejection_id: expect.any(String),
      key_id: tenant.keyId,
      tracker: 'custom',
      code: 'invalid_postback',
      errors: [
        expect.objectContaining({
          field: 'identifiers',
          code: 'no_identifier',
        }),
        expect.objectContaining({ field: 'cost', code: 'invalid_number' }),
      ],
      count: 1,
      first_seen_at: expect.any(String),
      last_seen_at: expect.any(String),
      state: 'open',
      install_id: null,
      replayed_at: null,
      replay_errors: null,
      request: {
        method: 'GET',
        path: CUSTOM,
        query: 'apikey=***&publisher_name=P&cost=1,5&x=***',
        content_type: null,
        body: null,
        body_encoding: null,
        body_complete: true,
        address: '127.0.0.1',
      },
    });
  });

  it.each<[string, string, () => Test]>([
    ['400', 'too_deep', () => post(`{"a":${'['.repeat(9)}${']'.repeat(9)}}`)],
    ['malformed JSON', 'malformed_json', () => post('{"a":')],
    ['415', 'unsupported_media_type', () => post('<a/>', 'text/xml')],
    [
      '414',
      'uri_too_long',
      () =>
        request(app.server)
          .post(`${CUSTOM}?apikey=${tenant.key}&x=${'x'.repeat(9_000)}`)
          .set('Content-Type', 'application/json')
          .send('{"id":"1"}'),
    ],
    [
      'an unknown tracker',
      'unknown_tracker',
      () =>
        request(app.server)
          .post(`/track/install/v1/Nobody?apikey=${tenant.key}`)
          .send({ id: '1' }),
    ],
  ])('is stored with its body: %s', async (_, code, send) => {
    await send();
    expect(await theRejection(app, tenant)).toMatchObject({
      code,
      tracker: code === 'unknown_tracker' ? 'unknown' : 'custom',
      request: { body: expect.any(String), body_complete: true },
    });
  });

  it.each<[string, string, () => Test]>([
    ['too large', 'payload_too_large', () => post('x'.repeat(33_000))],
    [
      'not what its headers say',
      'invalid_encoding',
      () => post('{}').set('Content-Encoding', 'gzip'),
    ],
  ])('is stored without a body that is %s', async (_, code, send) => {
    await send();
    expect(await theRejection(app, tenant)).toMatchObject({
      code,
      request: { body: null, body_encoding: null, body_complete: false },
    });
  });

  it('is stored decompressed', async () => {
    const body = '{"cost":"x"}';
    await postBytes(gzipSync(body), { 'Content-Encoding': 'gzip' });
    expect(await theRejection(app, tenant)).toMatchObject({
      request: { body, body_encoding: 'utf-8' },
    });
  });

  it.each([
    ['no text', Buffer.from([0xff, 0xfe, 0x7b])],
    ['NUL', Buffer.from('a\0b')],
  ])('is stored as base64 if it is %s', async (_, body) => {
    await postBytes(body);
    expect(await theRejection(app, tenant)).toMatchObject({
      request: { body: body.toString('base64'), body_encoding: 'base64' },
    });
  });

  it.each([
    ['plain', (key: string) => key],
    [
      'percent-encoded',
      (key: string) =>
        Array.from(key, (c) => `%${c.charCodeAt(0).toString(16)}`).join(''),
    ],
    [
      "with JSON's escapes",
      (key: string) =>
        Array.from(
          key,
          (c) => `\\u00${c.charCodeAt(0).toString(16).toUpperCase()}`,
        ).join(''),
    ],
  ])('is stored without the key in any notation: %s', async (_, write) => {
    const written = write(tenant.key);
    await request(app.server)
      .post(`${CUSTOM}?${written}=1`)
      .set('X-Api-Key', tenant.key)
      .set('Content-Type', `application/json; x="${tenant.key}"`)
      .send(`{"${written}":"${written}"}`);
    await theRejection(app, tenant);
    const { rows } = await app.db.query<{ row: string }>(
      'select rejection::text as row from rejection where project_id = $1',
      [tenant.projectId],
    );
    expect(rows[0].row).not.toContain(written);
    expect(rows[0].row).not.toContain(tenant.key);
  });

  it('that repeats increases a counter, without a new row', async () => {
    const key = tenant.key;
    await Promise.all(
      Array.from({ length: 40 }, () => get(`apikey=${key}&cost=x`)),
    );
    await get(`apikey=${key}&cost=x`);
    const rejection = await theRejection(app, tenant, 41);
    expect(
      Date.parse(rejection.last_seen_at as unknown as string),
    ).toBeGreaterThan(Date.parse(rejection.first_seen_at as unknown as string));
  });

  it('is a new row in another project, by another method or with another body', async () => {
    const other = await makeTenant(app);
    await get(`apikey=${other.key}&cost=x`);
    await get(`apikey=${tenant.key}&cost=x`);
    await request(app.server).post(`${CUSTOM}?apikey=${tenant.key}&cost=x`);
    await refuse({ cost: 'x' });
    await refuse({ cost: 'y' });
    expect(await rejectionsOf(app, tenant, 4)).toHaveLength(4);
    expect(await rejectionsOf(app, other, 1)).toHaveLength(1);
  });

  it('is a new row for another error or length, if its body is not stored', async () => {
    await post('x'.repeat(40_000)).expect(413);
    await post('x'.repeat(40_000)).expect(413);
    await post('x'.repeat(50_000)).expect(413);
    await post('{}').set('Content-Encoding', 'gzip').expect(400);
    const all = await rejectionsOf(app, tenant, 4);
    expect(all.map(({ code, count }) => `${code} ${count}`)).toEqual([
      'invalid_encoding 1',
      'payload_too_large 1',
      'payload_too_large 2',
    ]);
  });

  it.each(['%', '%zz', '%ff', 'c%E9'])(
    'is stored even if its path cannot be decoded: %s',
    async (name) => {
      const { status, text } = await exchange(app.origin, {
        path: `/track/install/v1/${name}?apikey=${tenant.key}&id=%zz`,
      });
      expect(status).toBe(404);
      expect(text).toContain('unknown_tracker');
      expect(await theRejection(app, tenant)).toMatchObject({
        code: 'unknown_tracker',
        request: { query: 'apikey=***&id=%zz' },
      });
    },
  );

  it('is stored without the administrator token', async () => {
    await get(`apikey=${tenant.key}&x=${app.adminToken}`).expect(400);
    expect(await theRejection(app, tenant)).toMatchObject({
      request: { query: 'apikey=***&x=***' },
    });
  });

  it('with a Content-Length above the limit gets a response before its body has arrived', async () => {
    const answer = await exchangeRaw(
      app.origin,
      [
        `POST ${CUSTOM} HTTP/1.1`,
        'Host: x',
        `X-Api-Key: ${tenant.key}`,
        'Content-Length: 99999',
        'Connection: close',
        '',
        'id=1',
      ].join('\r\n'),
    );
    expect(answer.status).toBe(413);
    await theRejection(app, tenant);
  });

  it('of a batch is stored like a single one', async () => {
    await request(app.server)
      .post(`${CUSTOM}/batch`)
      .set('X-Api-Key', tenant.key)
      .send([anInstall(), { cost: 'x' }]);
    await refuse({ cost: 'x' });
    expect(await theRejection(app, tenant, 2)).toMatchObject({
      request: { method: 'POST', path: CUSTOM, body: '{"cost":"x"}' },
    });
  });

  it('of a batch is stored even if all of a thousand are rejected', async () => {
    const all = Array.from({ length: 1_000 }, (_, i) => ({ cost: `x${i}` }));
    await request(app.server)
      .post(`${CUSTOM}/batch`)
      .set('X-Api-Key', tenant.key)
      .send(all)
      .expect(200);
    const { total } = await statsOf(app, tenant);
    expect(total).toMatchObject({ refused: 1_000, unlogged: 0 });
  });

  it('that is not valid text causes no 5xx', async () => {
    await get(`apikey=${tenant.key}&cost=%00%ff`).expect(400);
    await request(app.server)
      .get(`/track/install/v1/%00%F0%9F%98%80`)
      .query({ apikey: tenant.key });
    await refuse({ event_name: '\ud800\0' }).expect(400);
    expect((await rejectionsOf(app, tenant, 3)).length).toBe(3);
  });

  it.each<[string, () => Test]>([
    ['a dry run', () => get(`apikey=${tenant.key}`, `${CUSTOM}/validate`)],
    [
      'a dry run for an unknown tracker',
      () => get(`apikey=${tenant.key}`, '/track/install/v1/nobody/validate'),
    ],
    ['a bad key', () => get('apikey=bad&cost=x')],
    [
      'a method that is not allowed',
      () => request(app.server).put(`${CUSTOM}?apikey=${tenant.key}`),
    ],
  ])('is not stored: %s', async (_, send) => {
    await send();
    await refuse({ cost: 'x' });
    expect(await theRejection(app, tenant)).toMatchObject({
      request: { body: '{"cost":"x"}' },
    });
  });
});
