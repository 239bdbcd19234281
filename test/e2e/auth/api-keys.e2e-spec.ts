import { createHash, randomUUID } from 'node:crypto';
import request, { type Test } from 'supertest';
import { generateApiKey } from '../../../src/auth/api-key';
import { startApp, storedInstalls, type TestApp } from '../../support/app';
import { CUSTOM } from '../../support/ingest';
import {
  call,
  eventually,
  eventuallyAnswers,
  makeKey,
  readKey,
  revokeKey,
  sendInstall,
} from '../../support/management';

/** Milliseconds that the contract allows. */
const NEW_KEY_WORKS = 1_000;
const REVOKED_KEY_DIES = 2_000;

/** Addresses are not what these tests are about. */
const VARIABLES = { BAD_KEY_LIMIT: '1000000' };

let app: TestApp;
/** Another instance on the same database. */
let second: TestApp;

beforeAll(async () => {
  app = await startApp(VARIABLES);
  second = await startApp(VARIABLES, app.databaseUrl);
});

afterAll(async () => {
  await second.close();
  await app.close();
});

async function expireKey(keyId: string): Promise<void> {
  await app.db.query(
    `update api_key set expires_at = now() - interval '1 second' where key_id = $1`,
    [keyId],
  );
}

const readInstalls = (on: TestApp, token: string, projectId = 1): Test =>
  call(on, 'get', `/v1/projects/${projectId}/installs`, token);

describe('a new API key', () => {
  it('consists of pbk_, 30 random base62 characters and a checksum of 6', async () => {
    expect((await makeKey(app)).key).toMatch(/^pbk_[0-9A-Za-z]{36}$/);
  });

  it('is accepted by every instance within a second', async () => {
    const { key } = await makeKey(app);
    await Promise.all(
      [app, second].map((on) => eventuallyAnswers(200, on, key, NEW_KEY_WORKS)),
    );
  });

  it('is accepted within a second, even if it was rejected just before it was created', async () => {
    const key = generateApiKey();
    await sendInstall(second, key).expect(401);
    await app.db.query(
      `insert into api_key (key_id, project_id, label, hash, last_four, scopes)
       values ($1, 1, 'By hand', $2, $3, '{ingest}')`,
      [randomUUID(), createHash('sha256').update(key).digest(), key.slice(-4)],
    );
    await eventuallyAnswers(200, second, key, NEW_KEY_WORKS);
  });

  it('is accepted alongside the other keys of its project, and each is revoked separately', async () => {
    const [one, other] = [await makeKey(app), await makeKey(app)];
    await sendInstall(app, one.key).expect(200);
    await sendInstall(app, other.key).expect(200);

    await revokeKey(app, one.key_id);
    await eventuallyAnswers(401, app, one.key, REVOKED_KEY_DIES);
    await sendInstall(app, other.key).expect(200);
  });
});

describe.each([
  ['?apikey=', (test: Test, key: string) => test.query({ apikey: key })],
  ['X-Api-Key', (test: Test, key: string) => test.set('X-Api-Key', key)],
  [
    'Authorization: Bearer',
    (test: Test, key: string) => test.set('Authorization', `Bearer ${key}`),
  ],
] as const)('an API key in %s', (_, withKey) => {
  it.each(['get', 'post'] as const)('is accepted by %s', async (method) => {
    const fields = { publisher_name: 'P', user_id: 'u', id: randomUUID() };
    await withKey(
      request(app.server)[method](CUSTOM).query(fields),
      app.apiKey,
    ).expect(200);
  });
});

it('the ingest endpoint uses the first key that is present: query, X-Api-Key, Authorization', async () => {
  const send = (query: object, xApiKey: string, bearer: string) =>
    request(app.server)
      .get(CUSTOM)
      .query({ publisher_name: 'P', user_id: 'u', id: randomUUID(), ...query })
      .set('X-Api-Key', xApiKey)
      .set('Authorization', `Bearer ${bearer}`);
  await send({ apikey: app.apiKey }, 'bad', 'bad').expect(200);
  await send({ apikey: 'bad' }, app.apiKey, app.apiKey).expect(401);
  await send({}, app.apiKey, 'bad').expect(200);
  await send({}, 'bad', app.apiKey).expect(401);
});

describe('the scopes of an API key', () => {
  it.each([
    ['no scopes are asked for', {}, ['ingest'], 200, 403],
    ['ingest', { scopes: ['ingest'] }, ['ingest'], 200, 403],
    ['read', { scopes: ['read'] }, ['read'], 403, 200],
    ['both', { scopes: ['ingest', 'read'] }, ['ingest', 'read'], 200, 200],
  ])('%s', async (_, options, scopes, ingesting, reading) => {
    const made = await makeKey(app, options);
    expect(made.scopes).toEqual(scopes);

    const sent = await sendInstall(app, made.key);
    const read = await readInstalls(app, made.key);
    expect([sent.status, read.status]).toEqual([ingesting, reading]);
    for (const { status, body, headers } of [sent, read]) {
      if (status !== 403) continue;
      expect(body).toMatchObject({ code: 'scope_missing', status: 403 });
      expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    }
  });

  it('a key without scope ingest stores nothing', async () => {
    const { key } = await makeKey(app, { scopes: ['read'] });
    const id = randomUUID();
    await sendInstall(app, key, { id }).expect(403);
    expect(await storedInstalls(app.db)).not.toContainEqual(
      expect.objectContaining({ id }),
    );
  });

  it('the ingest endpoint does not accept the administrator token', async () => {
    await sendInstall(app, app.adminToken).expect(401);
  });

  it.each([
    [[]],
    [['admin']],
    [['ingest', 'write']],
    ['ingest'],
    [{ ingest: true }],
    [[null]],
  ])('POST /keys rejects scopes %j', async (scopes) => {
    await call(app, 'post', '/v1/projects/1/keys')
      .send({ label: 'L', scopes })
      .expect(400);
  });
});

describe('the allowed addresses of an API key', () => {
  let proxied: TestApp;

  beforeAll(async () => {
    proxied = await startApp(
      { ...VARIABLES, TRUSTED_PROXIES: '127.0.0.1' },
      app.databaseUrl,
    );
  });

  afterAll(() => proxied.close());

  it.each([
    ['203.0.113.7', ['203.0.113.0/24'], 200],
    ['203.0.113.7', ['198.51.100.1', '203.0.113.7'], 200],
    ['198.51.100.1', ['203.0.113.0/24'], 403],
    ['203.0.114.7', ['203.0.113.0/24'], 403],
    ['2001:db8:1::7', ['2001:db8::/32'], 200],
    ['2001:db9::7', ['2001:db8::/32'], 403],
    ['::ffff:203.0.113.7', ['203.0.113.0/24'], 200],
    ['198.51.100.1, 203.0.113.7', ['203.0.113.0/24'], 200],
    ['203.0.113.7, 198.51.100.1', ['203.0.113.0/24'], 403],
    ['<script>', ['0.0.0.0/0', '::/0'], 403],
    ['203.0.113.7, unknown', ['203.0.113.0/24'], 403],
  ])(
    'from %s with a key for %j: %i',
    async (forwardedFor, allowed_addresses, status) => {
      const { key } = await makeKey(app, { allowed_addresses });
      const answer = await sendInstall(proxied, key).set(
        'X-Forwarded-For',
        forwardedFor,
      );
      expect(answer.status).toBe(status);
      if (status === 403) {
        expect(answer.body).toMatchObject({ code: 'address_not_allowed' });
      }
    },
  );

  it('are compared with the address of the connection', async () => {
    const here = await makeKey(app, { allowed_addresses: ['127.0.0.0/8'] });
    const elsewhere = await makeKey(app, { allowed_addresses: ['192.0.2.1'] });
    await sendInstall(app, here.key).expect(200);
    const { body } = await sendInstall(app, elsewhere.key).expect(403);
    expect(body).toMatchObject({ code: 'address_not_allowed', status: 403 });
  });

  it('cannot be bypassed with X-Forwarded-For if no proxy is trusted', async () => {
    const { key } = await makeKey(app, { allowed_addresses: ['192.0.2.1'] });
    await sendInstall(app, key).set('X-Forwarded-For', '192.0.2.1').expect(403);
  });

  it('apply to the management API too', async () => {
    const { key } = await makeKey(app, {
      scopes: ['read'],
      allowed_addresses: ['192.0.2.1'],
    });
    const { body } = await readInstalls(app, key).expect(403);
    expect(body).toMatchObject({ code: 'address_not_allowed' });
  });

  it.each([
    [['banana']],
    [['203.0.113.0/33']],
    [['']],
    [['203.0.113.7', null]],
    [[7]],
    ['203.0.113.7'],
  ])('POST /keys rejects allowed addresses %j', async (allowed_addresses) => {
    const { body } = await call(app, 'post', '/v1/projects/1/keys')
      .send({ label: 'L', allowed_addresses })
      .expect(400);
    expect(body).toMatchObject({
      code: 'invalid_request',
      errors: expect.arrayContaining([
        expect.objectContaining({ field: 'allowed_addresses' }),
      ]),
    });
  });
});

describe('the expiry of an API key', () => {
  it('ends the use of the key at this time', async () => {
    const expires_at = new Date(Date.now() + 1_000).toISOString();
    const made = await makeKey(app, { expires_at });
    expect(made.expires_at).toBe(expires_at);
    await sendInstall(app, made.key).expect(200);
    await eventuallyAnswers(401, app, made.key, 2_000);
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(expires_at));
    expect((await readKey(app, made.key_id)).state).toBe('expired');
  });

  it.each(['tomorrow', '2030-02-30T00:00:00Z', 7, true, ['2030-01-01']])(
    'POST /keys rejects expires_at %j',
    async (expires_at) => {
      await call(app, 'post', '/v1/projects/1/keys')
        .send({ label: 'L', expires_at })
        .expect(400);
    },
  );
});

describe('the last use of an API key', () => {
  it('is null before the first use, and its time afterwards', async () => {
    const { key, key_id } = await makeKey(app);
    expect((await readKey(app, key_id)).last_used_at).toBeNull();

    const before = Date.now();
    await sendInstall(app, key).expect(200);
    const { last_used_at } = await eventually(
      2_000,
      () => readKey(app, key_id),
      (listed) => listed.last_used_at !== null,
    );
    expect(Date.parse(last_used_at!)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(last_used_at!)).toBeLessThanOrEqual(Date.now());
  });

  it('is not recorded for an expired key', async () => {
    const [expired, live] = [await makeKey(app), await makeKey(app)];
    await expireKey(expired.key_id);
    await sendInstall(app, expired.key).expect(401);
    await sendInstall(app, live.key).expect(200);
    await eventually(
      2_000,
      () => readKey(app, live.key_id),
      (listed) => listed.last_used_at !== null,
    );
    expect((await readKey(app, expired.key_id)).last_used_at).toBeNull();
  });
});
