import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { Client } from 'pg';
import request, { type Response, type Test } from 'supertest';
import { generateApiKey } from '../src/auth/api-key';
import { ApiKeyChanges } from '../src/auth/api-key-changes';
import { startApp, storedInstalls, type TestApp } from './support/app';
import { CUSTOM } from './support/ingest';
import {
  call,
  Door,
  eventually,
  eventuallyAnswers,
  everyItem,
  type KeyAnswer,
  makeKey,
  makeProject,
  readKey,
  revokeKey,
  sendInstall,
} from './support/management';
import { createDatabase } from './support/postgres';
import { Service } from './support/service';
import { TEMPLATE } from './support/template';

/** Milliseconds that the contract allows. */
const NEW_KEY_WORKS = 1_000;
const REVOKED_KEY_DIES = 2_000;
const LISTENER = 'postback key changes';

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

/** Another character where the key has one of its checksum. */
function withBadChecksum(key: string): string {
  return key.slice(0, -1) + (key.endsWith('0') ? '1' : '0');
}

async function expireKey(keyId: string): Promise<void> {
  await app.db.query(
    `update api_key set expires_at = now() - interval '1 second' where key_id = $1`,
    [keyId],
  );
}

/** Waits until the instances have seen a probe come back. */
const untilListening = (...all: TestApp[]) =>
  eventually(
    5_000,
    () => Promise.resolve(all.map((each) => each.app.get(ApiKeyChanges))),
    (changes) => changes.every(({ listening }) => listening),
  );

/** How often a line of the log held these words. */
const said = ({ mock }: jest.SpyInstance, words: string): number =>
  mock.calls.filter(([line]) => JSON.stringify(line).includes(words)).length;

const readInstalls = (on: TestApp, token: string, projectId = 1): Test =>
  call(on, 'get', `/v1/projects/${projectId}/installs`, token);

describe('a new key', () => {
  it('is pbk_, 30 random base62 characters and 6 of checksum', async () => {
    expect((await makeKey(app)).key).toMatch(/^pbk_[0-9A-Za-z]{36}$/);
  });

  it('works on every instance within a second', async () => {
    const { key } = await makeKey(app);
    await Promise.all(
      [app, second].map((on) => eventuallyAnswers(200, on, key, NEW_KEY_WORKS)),
    );
  });

  it('works within a second though it was refused just before it was made', async () => {
    const key = generateApiKey();
    await sendInstall(second, key).expect(401);
    await app.db.query(
      `insert into api_key (key_id, project_id, label, hash, last_four, scopes)
       values ($1, 1, 'By hand', $2, $3, '{ingest}')`,
      [randomUUID(), createHash('sha256').update(key).digest(), key.slice(-4)],
    );
    await eventuallyAnswers(200, second, key, NEW_KEY_WORKS);
  });

  it('works beside the keys that the project has, and each is revoked by itself', async () => {
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
] as const)('a key in %s', (_, withKey) => {
  it.each(['get', 'post'] as const)('is known by %s', async (method) => {
    const fields = { publisher_name: 'P', user_id: 'u', id: randomUUID() };
    await withKey(
      request(app.server)[method](CUSTOM).query(fields),
      app.apiKey,
    ).expect(200);
  });
});

it('uses the first key that is present: of the query, of X-Api-Key, of Authorization', async () => {
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

/** What an answer says, without what differs from one request to the next. */
function essenceOf({ status, headers, body }: Response) {
  const essence = { ...headers };
  for (const name of ['date', 'x-request-id']) delete essence[name];
  return { status, headers: essence, body: { ...body, request_id: '' } };
}

describe('every bad key is refused with one and the same answer', () => {
  const BAD_KEYS: [string, () => string | Promise<string>][] = [
    ['malformed', () => 'pbk_short'],
    ['of another shape', () => 'sk_live_0123456789abcdefghijklmnopqrstuvwxyz'],
    ['very long', () => 'x'.repeat(4_000)],
    ['of a bad checksum', () => withBadChecksum(generateApiKey())],
    ['mistyped', () => withBadChecksum(app.apiKey)],
    ['unknown', () => generateApiKey()],
    [
      'revoked',
      async () => {
        const { key, key_id } = await makeKey(app, {
          scopes: ['ingest', 'read'],
        });
        await revokeKey(app, key_id);
        return key;
      },
    ],
    [
      'expired',
      async () => {
        const { key, key_id } = await makeKey(app, {
          scopes: ['ingest', 'read'],
        });
        await expireKey(key_id);
        return key;
      },
    ],
    [
      'expired and then revoked',
      async () => {
        const { key, key_id } = await makeKey(app, {
          allowed_addresses: ['192.0.2.1'],
        });
        await expireKey(key_id);
        await revokeKey(app, key_id);
        return key;
      },
    ],
  ];

  it.each(BAD_KEYS)('by the ingest endpoint, when it is %s', async (_, bad) => {
    const missing = await request(app.server).get(CUSTOM);
    const refused = await request(app.server)
      .get(CUSTOM)
      .set('X-Api-Key', await bad());
    expect(essenceOf(refused)).toEqual(essenceOf(missing));
    expect(refused.status).toBe(401);
  });

  it.each(BAD_KEYS)('by the management API, when it is %s', async (_, bad) => {
    const path = '/v1/projects/1/installs';
    const missing = await request(app.server).get(path);
    const refused = await call(app, 'get', path, await bad());
    expect(essenceOf(refused)).toEqual(essenceOf(missing));
    expect(refused.status).toBe(401);
  });

  it.each([
    '?apikey=',
    '?apikey',
    '?apikey=%00',
    '?apikey=%ff',
    '?apikey=%',
    '?apikey=a&apikey=b',
    '?apikey[]=a',
  ])('when the query is %s', async (query) => {
    const missing = await request(app.server).get(CUSTOM);
    const refused = await request(app.server).get(CUSTOM + query);
    expect(essenceOf(refused)).toEqual(essenceOf(missing));
  });

  it.each([
    'Basic dTpw',
    'Bearer',
    'Bearer ',
    'bearer a b',
    'Bearer a,b',
    'pbk_',
  ])('when Authorization is %j', async (header) => {
    const missing = await request(app.server).get(CUSTOM);
    const refused = await request(app.server)
      .get(CUSTOM)
      .set('Authorization', header);
    expect(essenceOf(refused)).toEqual(essenceOf(missing));
  });

  it('as problem+json with WWW-Authenticate', async () => {
    const { headers, body } = await sendInstall(app, generateApiKey()).expect(
      401,
    );
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(headers['www-authenticate']).toMatch(/^Bearer\b/);
    expect(headers['cache-control']).toBe('no-store');
    expect(body).toMatchObject({ code: 'invalid_key', status: 401 });
  });

  it('before the body is looked at', async () => {
    await request(app.server)
      .post(CUSTOM)
      .set('X-Api-Key', generateApiKey())
      .type('application/json')
      .send('{ not json')
      .expect(401);
  });

  it('and stores nothing', async () => {
    const id = randomUUID();
    await sendInstall(app, generateApiKey(), { id }).expect(401);
    expect(await storedInstalls(app.db)).not.toContainEqual(
      expect.objectContaining({ id }),
    );
  });
});

const revokeBySql = (keyId: string) =>
  app.db.query('update api_key set revoked_at = now() where key_id = $1', [
    keyId,
  ]);

describe('a revoked key is dead within two seconds on every instance', () => {
  it.each([
    ['by the first instance', (keyId: string) => revokeKey(app, keyId)],
    [
      'by the second instance',
      (keyId: string) =>
        revokeKey({ ...second, adminToken: app.adminToken }, keyId),
    ],
    ['by plain SQL', revokeBySql],
    [
      'by deleting its row',
      (keyId: string) =>
        app.db.query('delete from api_key where key_id = $1', [keyId]),
    ],
    ['by letting it expire', expireKey],
  ])('%s', async (_, revoke) => {
    const { key, key_id } = await makeKey(app);
    await sendInstall(app, key).expect(200);
    await sendInstall(second, key).expect(200);

    await revoke(key_id);
    await Promise.all(
      [app, second].map((on) =>
        eventuallyAnswers(401, on, key, REVOKED_KEY_DIES),
      ),
    );
  });

  it('though the connection that tells of it was killed', async () => {
    await untilListening(app, second);
    const { key, key_id } = await makeKey(app);
    await sendInstall(app, key).expect(200);
    await sendInstall(second, key).expect(200);

    const { rows } = await app.db.query<{ killed: boolean }>(
      `select pg_terminate_backend(pid) as killed from pg_stat_activity
       where application_name = $1 and datname = current_database()`,
      [LISTENER],
    );
    expect(rows).toEqual([{ killed: true }, { killed: true }]);
    await revokeBySql(key_id);
    await Promise.all(
      [app, second].map((on) =>
        eventuallyAnswers(401, on, key, REVOKED_KEY_DIES),
      ),
    );
  });

  it('again after that connection was killed', async () => {
    await untilListening(app, second);
    const { key, key_id } = await makeKey(app);
    await sendInstall(second, key).expect(200);
    await revokeBySql(key_id);
    await eventuallyAnswers(401, second, key, REVOKED_KEY_DIES);
  });

  it('and stays dead', async () => {
    const { key, key_id } = await makeKey(app);
    await revokeKey(app, key_id);
    await revokeKey(app, key_id);
    await eventuallyAnswers(401, app, key, REVOKED_KEY_DIES);
    expect((await readKey(app, key_id)).state).toBe('revoked');
  });

  it('but only when it is its own project that revokes it', async () => {
    const { key, key_id } = await makeKey(app);
    const other = await makeProject(app);
    await call(app, 'delete', `/v1/projects/${other}/keys/${key_id}`).expect(
      404,
    );
    await sendInstall(app, key).expect(200);
    expect((await readKey(app, key_id)).state).toBe('live');
  });
});

describe('on a way to the database that can break', () => {
  let database: { url: string; drop(): Promise<void> };
  let door: Door;
  let behind: TestApp;

  beforeEach(async () => {
    database = await createDatabase(TEMPLATE);
    door = await Door.to(database.url);
    behind = await startApp(VARIABLES, door.url);
    // A plain connection is cut too, and nobody minds.
    behind.db.on('error', () => undefined);
  });

  afterEach(async () => {
    await behind.close();
    await door.shut();
    await database.drop();
  });

  it('refuses a malformed key without asking the database', async () => {
    await door.shut();
    for (const bad of ['', 'pbk_short', withBadChecksum(behind.apiKey)]) {
      await sendInstall(behind, bad).expect(401);
    }
    await request(behind.server).get(CUSTOM).expect(401);

    const { body, headers } = await sendInstall(
      behind,
      generateApiKey(),
    ).expect(503);
    expect(body).toMatchObject({ code: 'database_unavailable' });
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    await door.open();
  });

  it('refuses a malformed key of the management API without asking the database', async () => {
    await door.shut();
    for (const bad of ['x', withBadChecksum(behind.apiKey)]) {
      await readInstalls(behind, bad).expect(401);
    }
    await readInstalls(behind, generateApiKey()).expect(503);
    await door.open();
  });

  it('knows its keys again when the database is back', async () => {
    await door.shut();
    await sendInstall(behind, behind.apiKey).expect(503);
    await door.open();
    await eventuallyAnswers(200, behind, behind.apiKey, 5_000);
  });

  it('lets a revoked key die within two seconds though the connection that tells of it went silent', async () => {
    const { key, key_id } = await makeKey(behind);
    await untilListening(behind);
    await sendInstall(behind, key).expect(200);

    door.silence(LISTENER);
    await behind.db.query(
      'update api_key set revoked_at = now() where key_id = $1',
      [key_id],
    );
    await eventuallyAnswers(401, behind, key, REVOKED_KEY_DIES);
  });

  it('says once that notices do not arrive while that connection is silent, and that they do again', async () => {
    await untilListening(behind);
    const warn = jest.spyOn(Logger.prototype, 'warn');
    const log = jest.spyOn(Logger.prototype, 'log');
    door.silence(LISTENER);
    await eventually(
      2_000,
      () => Promise.resolve(behind.app.get(ApiKeyChanges)),
      (changes) => !changes.listening,
    );
    await untilListening(behind);
    expect(said(warn, 'DATABASE_URL')).toBe(1);
    expect(said(log, 'arrive again')).toBe(1);
    warn.mockRestore();
    log.mockRestore();
  });
});

describe('behind a pooler that drops LISTEN', () => {
  const PROBES = 'api_key_probe_';
  let database: { url: string; drop(): Promise<void> };
  let door: Door;
  let behind: TestApp;
  let warn: jest.SpyInstance;
  let probes = 0;

  beforeAll(async () => {
    database = await createDatabase(TEMPLATE);
    warn = jest.spyOn(Logger.prototype, 'warn');
    door = await Door.to(database.url, (sent) => {
      if (sent.includes(PROBES) && !sent.includes('listen ')) probes++;
      return sent.replace('listen ', '--     ');
    });
    behind = await startApp(VARIABLES, door.url);
  });

  afterAll(async () => {
    warn.mockRestore();
    await behind.close();
    await door.shut();
    await database.drop();
  });

  it('lets a revoked key die within two seconds', async () => {
    const { key, key_id } = await makeKey(behind);
    await sendInstall(behind, key).expect(200);
    await behind.db.query(
      'update api_key set revoked_at = now() where key_id = $1',
      [key_id],
    );
    await eventuallyAnswers(401, behind, key, REVOKED_KEY_DIES);
  });

  it('knows that notices do not arrive, and says once what to do', async () => {
    // Until probes were sent, and none came back.
    await eventually(
      10_000,
      () => Promise.resolve(probes),
      (count) => count >= 3,
    );
    expect(behind.app.get(ApiKeyChanges).listening).toBe(false);
    expect(said(warn, 'DATABASE_URL')).toBe(1);
  });
});

describe('scopes', () => {
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

  it('a key that may not ingest stores nothing', async () => {
    const { key } = await makeKey(app, { scopes: ['read'] });
    const id = randomUUID();
    await sendInstall(app, key, { id }).expect(403);
    expect(await storedInstalls(app.db)).not.toContainEqual(
      expect.objectContaining({ id }),
    );
  });

  it('the token of the administrator is no key of a project', async () => {
    await sendInstall(app, app.adminToken).expect(401);
  });

  it.each([
    [[]],
    [['admin']],
    [['ingest', 'write']],
    ['ingest'],
    [{ ingest: true }],
    [[null]],
  ])('refuses to make a key with scopes %j', async (scopes) => {
    await call(app, 'post', '/v1/projects/1/keys')
      .send({ label: 'L', scopes })
      .expect(400);
  });
});

describe('allowed addresses', () => {
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

  it('hold for the address of the connection', async () => {
    const here = await makeKey(app, { allowed_addresses: ['127.0.0.0/8'] });
    const elsewhere = await makeKey(app, { allowed_addresses: ['192.0.2.1'] });
    await sendInstall(app, here.key).expect(200);
    const { body } = await sendInstall(app, elsewhere.key).expect(403);
    expect(body).toMatchObject({ code: 'address_not_allowed', status: 403 });
  });

  it('are not got round by X-Forwarded-For where no proxy is trusted', async () => {
    const { key } = await makeKey(app, { allowed_addresses: ['192.0.2.1'] });
    await sendInstall(app, key).set('X-Forwarded-For', '192.0.2.1').expect(403);
  });

  it('hold for reading too', async () => {
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
  ])('refuses to make a key for %j', async (allowed_addresses) => {
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

describe('expiry', () => {
  it('lets a key work until then, and no longer', async () => {
    const expires_at = new Date(Date.now() + 1_000).toISOString();
    const made = await makeKey(app, { expires_at });
    expect(made.expires_at).toBe(expires_at);
    await sendInstall(app, made.key).expect(200);
    await eventuallyAnswers(401, app, made.key, 2_000);
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(expires_at));
    expect((await readKey(app, made.key_id)).state).toBe('expired');
  });

  it.each(['tomorrow', '2030-02-30T00:00:00Z', 7, true, ['2030-01-01']])(
    'refuses to make a key that expires at %j',
    async (expires_at) => {
      await call(app, 'post', '/v1/projects/1/keys')
        .send({ label: 'L', expires_at })
        .expect(400);
    },
  );
});

describe('last use', () => {
  it('is null before the first use, and the time of it after', async () => {
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

  it('is none for a key that has expired', async () => {
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

describe('a key is shown once', () => {
  it('when it is made, and in no list after', async () => {
    const made = await makeKey(app, { label: 'Shown once' });
    expect(made.key.slice(-4)).toBe(made.last_four);
    const lists = await Promise.all(
      ['/v1/projects/1/keys?limit=500', '/v1/projects/1', '/v1/projects'].map(
        (path) => call(app, 'get', path).expect(200),
      ),
    );
    for (const { text } of lists) expect(text).not.toContain(made.key);
    const listed = await readKey(app, made.key_id);
    expect(Object.keys(listed)).not.toContain('key');
    expect({ ...listed, key: made.key }).toEqual(made);
  });

  it('and never in an error', async () => {
    const { key } = await makeKey(app, { scopes: ['read'] });
    const answers = [
      await sendInstall(app, key),
      await sendInstall(app, withBadChecksum(key)),
      await sendInstall(app, app.apiKey, { cost: key, [key]: key }),
      await request(app.server).get(`/${key}?apikey=${key}`),
      await request(app.server).get(`/track/install/v1/${key}?apikey=${key}`),
      await request(app.server).put(`${CUSTOM}?apikey=${key}`),
      await call(app, 'get', `/v1/projects/${key}`, key),
    ];
    const texts = answers
      .filter(({ status }) => status >= 400)
      .map(({ text, headers }) => text + JSON.stringify(headers));
    expect(texts.length).toBeGreaterThanOrEqual(5);
    for (const text of texts) {
      expect(text).not.toContain(key);
      expect(text).not.toContain(withBadChecksum(key));
    }
  });

  it('and never in a log, however talkative it is', async () => {
    const database = await createDatabase(TEMPLATE);
    const secret = `canary_${randomBytes(12).toString('hex')}`;
    const service = Service.run({
      DATABASE_URL: database.url,
      LOG_LEVEL: 'trace',
      BOOTSTRAP_API_KEY: secret,
      ADMIN_TOKEN: `${secret}_admin`,
    });
    try {
      await service.listening();
      const url = `${service.origin}${CUSTOM}?apikey=${secret}`;
      await fetch(`${url}&publisher_name=P&user_id=u`);
      await fetch(url, { headers: { 'X-Api-Key': secret } });
      await fetch(url, { method: 'POST', body: `{"apikey":"${secret}"` });
      await fetch(`${service.origin}/track/install/v1/custom&apikey=${secret}`);
      await fetch(`${service.origin}/v1/projects/${secret}`);
      await fetch(`${service.origin}/v1/projects`, {
        headers: { authorization: `Bearer ${secret}_admin`, cookie: secret },
      });
      // A failure of the database, of which the log tells.
      const db = new Client(database.url);
      await db.connect();
      await db.query('alter table install rename to elsewhere');
      await db.end();
      const failed = await fetch(`${url}&publisher_name=P&user_id=u`);
      expect(failed.status).toBe(500);
    } finally {
      service.signal('SIGTERM');
      await service.ended();
      await database.drop();
    }
    const logged = service.output + service.errors;
    expect(logged).toContain(CUSTOM);
    expect(logged).toContain('"internal"');
    expect(logged).not.toContain(secret);
  }, 30_000);
});

/** All that the tables of the service hold, as text. */
async function everyText({ db }: TestApp): Promise<string> {
  const { rows: tables } = await db.query<{ name: string }>(
    `select quote_ident(tablename) as name from pg_tables where schemaname = 'public'`,
  );
  const texts: string[] = [];
  for (const { name } of tables) {
    const { rows } = await db.query<{ text: string }>(
      `select t::text as text from ${name} t`,
    );
    texts.push(...rows.map(({ text }) => text));
  }
  return texts.join('\n');
}

describe('the database', () => {
  it('holds of a key its SHA-256 and its last four characters only', async () => {
    const { key, key_id } = await makeKey(app);
    await sendInstall(app, key).expect(200);

    const { rows } = await app.db.query<{ hash: Buffer; last_four: string }>(
      'select hash, last_four from api_key where key_id = $1',
      [key_id],
    );
    expect(rows).toEqual([
      {
        hash: createHash('sha256').update(key).digest(),
        last_four: key.slice(-4),
      },
    ]);
    const stored = await everyText(app);
    expect(stored).toContain(key.slice(-4));
    for (const secret of [key, app.apiKey, app.adminToken]) {
      const forms = [
        secret,
        secret.slice(4, 20),
        Buffer.from(secret).toString('hex'),
        Buffer.from(secret).toString('base64'),
      ];
      for (const form of forms) expect(stored).not.toContain(form);
    }
  });

  it("holds of the administrator's token its SHA-256 only", async () => {
    const { rows } = await app.db.query('select hash from admin_token');
    expect(rows).toEqual([
      { hash: createHash('sha256').update(app.adminToken).digest() },
    ]);
  });
});

describe('the first start', () => {
  it('makes one project, one key and one token, however many instances start at once', async () => {
    const database = await createDatabase(TEMPLATE);
    const instances = await Promise.all(
      [1, 2, 3].map(() => startApp(VARIABLES, database.url)),
    );
    const keys = instances.map(({ apiKey }) => apiKey).filter(Boolean);
    const tokens = instances
      .map(({ adminToken }) => adminToken)
      .filter(Boolean);
    expect([keys.length, tokens.length]).toEqual([1, 1]);
    for (const on of instances) {
      await sendInstall(on, keys[0]).expect(200);
      const projects = await everyItem(
        { ...on, adminToken: tokens[0] },
        '/v1/projects',
      );
      expect(projects).toHaveLength(1);
    }
    for (const on of instances) await on.close();
    await database.drop();
  });

  it('is not repeated: neither key nor token is made again', () => {
    expect([second.apiKey, second.adminToken]).toEqual(['', '']);
  });

  it.each(['a'.repeat(16), 'Z_9-'.repeat(32)])(
    'knows the key and the token of the environment beforehand: %s',
    async (secret) => {
      const token = `${secret.slice(0, 100)}_admin`;
      const given = await startApp({
        ...VARIABLES,
        BOOTSTRAP_API_KEY: secret,
        ADMIN_TOKEN: token,
      });
      // Nothing was made, so nothing is to be printed.
      expect([given.apiKey, given.adminToken]).toEqual(['', '']);
      const { body } = await sendInstall(given, secret).expect(200);
      await call(
        given,
        'get',
        `/v1/projects/1/installs/${(body as { install_id: string }).install_id}`,
        token,
      ).expect(200);
      await call(given, 'get', '/v1/projects', secret).expect(403);
      const keys = await everyItem<KeyAnswer>(
        { ...given, adminToken: token },
        '/v1/projects/1/keys',
      );
      expect(keys.map(({ last_four }) => last_four)).toEqual([
        secret.slice(-4),
      ]);
      await given.close();
    },
  );

  it('is not needed for a key of the environment: it may be set later', async () => {
    const secret = `set-later-${randomUUID()}`;
    const later = await startApp(
      { ...VARIABLES, BOOTSTRAP_API_KEY: secret },
      app.databaseUrl,
    );
    await sendInstall(later, secret).expect(200);
    await later.close();
  });

  it('does not bring back a key of the environment that was revoked', async () => {
    const secret = `revoked-${randomUUID()}`;
    const variables = { ...VARIABLES, BOOTSTRAP_API_KEY: secret };
    const first = await startApp(variables, app.databaseUrl);
    await sendInstall(first, secret).expect(200);
    await app.db.query(
      'update api_key set revoked_at = now() where hash = $1',
      [createHash('sha256').update(secret).digest()],
    );
    await first.close();

    const next = await startApp(variables, app.databaseUrl);
    await sendInstall(next, secret).expect(401);
    await next.close();
  });
});
