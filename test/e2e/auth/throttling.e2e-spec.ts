import { randomUUID } from 'node:crypto';
import request, { type Response } from 'supertest';
import { generateApiKey } from '../../../src/auth/api-key';
import { startApp, storedInstalls, type TestApp } from '../../support/app';
import { CUSTOM } from '../../support/ingest';
import {
  call,
  eventually,
  eventuallyAnswers,
  makeKey,
  makeProject,
  sendInstall,
} from '../../support/management';

const LIMIT = 5;
/** Seconds; no test takes as long. */
const TTL = 600;

let app: TestApp;

beforeAll(async () => {
  app = await startApp({
    THROTTLE_LIMIT: String(LIMIT),
    THROTTLE_TTL: String(TTL),
  });
});

afterAll(() => app.close());

/** Sends so many installs one after the other. */
async function sendInstalls(times: number, key: string): Promise<Response[]> {
  const answers = [];
  for (let i = 0; i < times; i++) answers.push(await sendInstall(app, key));
  return answers;
}

/** How many of so many installs are let through, and that the rest is answered 429. */
async function letThrough(times: number, key: string): Promise<number> {
  const statuses = (await sendInstalls(times, key)).map(({ status }) => status);
  const through = statuses.filter((status) => status === 200).length;
  expect(statuses).toEqual(statuses.map((_, i) => (i < through ? 200 : 429)));
  return through;
}

async function newKey(changes: object = {}): Promise<string> {
  return (await makeKey(app, {}, await makeProject(app, changes))).key;
}

const fields = () => ({
  publisher_name: 'P',
  user_id: 'u',
  id: randomUUID(),
});

describe('the rate limit of an API key', () => {
  it('is in the headers of every response', async () => {
    const answers = await sendInstalls(LIMIT, await newKey());
    expect(
      answers.map(({ status, headers }) => [
        status,
        headers['x-ratelimit-limit'],
        headers['x-ratelimit-remaining'],
      ]),
    ).toEqual(
      [4, 3, 2, 1, 0].map((left) => [200, String(LIMIT), String(left)]),
    );
    for (const { headers } of answers) {
      const reset = Number(headers['x-ratelimit-reset']);
      expect(reset).toBeGreaterThan(TTL - 60);
      expect(reset).toBeLessThanOrEqual(TTL);
    }
  });

  it('is in the headers for a rejected postback too, which counts', async () => {
    const key = await newKey();
    const { headers } = await sendInstall(app, key, { cost: 'x' }).expect(400);
    expect(headers).toMatchObject({
      'x-ratelimit-limit': String(LIMIT),
      'x-ratelimit-remaining': String(LIMIT - 1),
      'x-ratelimit-reset': expect.stringMatching(/^\d+$/),
    });
  });

  it('returns 429 too_many_requests with Retry-After above it', async () => {
    const key = await newKey();
    await sendInstalls(LIMIT, key);
    const { headers, body } = await sendInstall(app, key).expect(429);

    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(headers).toMatchObject({
      'x-ratelimit-limit': String(LIMIT),
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': headers['retry-after'],
    });
    const wait = Number(headers['retry-after']);
    expect(wait).toBeGreaterThan(TTL - 60);
    expect(wait).toBeLessThanOrEqual(TTL);
    expect(body).toMatchObject({
      code: 'too_many_requests',
      status: 429,
      request_id: headers['x-request-id'],
    });
  });

  it('stores nothing above it', async () => {
    const key = await newKey();
    await sendInstalls(LIMIT, key);
    const id = randomUUID();
    await sendInstall(app, key, { id }).expect(429);
    expect(await storedInstalls(app.db)).not.toContainEqual(
      expect.objectContaining({ id }),
    );
  });

  it('accepts exactly as many concurrent requests', async () => {
    const key = await newKey();
    const answers = await Promise.all(
      Array.from({ length: 4 * LIMIT }, async () => sendInstall(app, key)),
    );
    const statuses = answers.map(({ status }) => String(status)).toSorted();
    expect(statuses).toEqual([
      ...Array.from({ length: LIMIT }, () => '200'),
      ...Array.from({ length: 3 * LIMIT }, () => '429'),
    ]);
  });

  it('is separate for each key of a project, also from the same address', async () => {
    const project = await makeProject(app);
    const [one, other] = [
      await makeKey(app, {}, project),
      await makeKey(app, {}, project),
    ];
    expect(await letThrough(LIMIT + 1, one.key)).toBe(LIMIT);
    expect(await letThrough(LIMIT + 1, other.key)).toBe(LIMIT);
  });

  it('is the same for all addresses from which the key is used', async () => {
    const behindProxy = await startApp(
      {
        THROTTLE_LIMIT: String(LIMIT),
        THROTTLE_TTL: String(TTL),
        TRUSTED_PROXIES: '127.0.0.1',
      },
      app.databaseUrl,
    );
    const key = await newKey();
    const statuses = [];
    for (let i = 0; i <= LIMIT; i++) {
      const { status } = await sendInstall(behindProxy, key).set(
        'X-Forwarded-For',
        `203.0.113.${i}`,
      );
      statuses.push(status);
    }
    await behindProxy.close();
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
  });

  it('is the same for GET and POST, and for every place of the key', async () => {
    const key = await newKey();
    const { server } = app;
    const senders = [
      () =>
        request(server)
          .get(CUSTOM)
          .query({ ...fields(), apikey: key }),
      () => request(server).post(CUSTOM).query({ apikey: key }).send(fields()),
      () =>
        request(server).get(`${CUSTOM}/`).query(fields()).set('X-Api-Key', key),
      () =>
        request(server)
          .post(`${CUSTOM}/`)
          .type('form')
          .set('Authorization', `Bearer ${key}`)
          .send(fields()),
      () =>
        request(server)
          .get(CUSTOM)
          .query({ ...fields(), apikey: key }),
    ];
    const left = [];
    for (const send of senders) {
      const { headers } = await send().expect(200);
      left.push(headers['x-ratelimit-remaining']);
    }
    expect(left).toEqual(['4', '3', '2', '1', '0']);
    for (const send of senders) await send().expect(429);
  });

  it('restarts after the seconds in Retry-After', async () => {
    const quick = await startApp({ THROTTLE_LIMIT: '1', THROTTLE_TTL: '2' });
    await sendInstall(quick, quick.apiKey).expect(200);
    const { headers } = await sendInstall(quick, quick.apiKey).expect(429);
    expect(headers['retry-after']).toMatch(/^[12]$/);
    await eventuallyAnswers(200, quick, quick.apiKey, 2_500);
    await quick.close();
  });
});

const sendBatch = (postbacks: number, key: string) =>
  request(app.server)
    .post(`${CUSTOM}/batch`)
    .set('X-Api-Key', key)
    .send(Array.from({ length: postbacks }, fields));

describe('the rate limit for a batch', () => {
  it('counts each postback', async () => {
    const key = await newKey();
    const { headers } = await sendBatch(LIMIT - 1, key).expect(200);
    expect(headers).toMatchObject({
      'x-ratelimit-limit': String(LIMIT),
      'x-ratelimit-remaining': '1',
      'x-ratelimit-reset': expect.stringMatching(/^\d+$/),
    });
    expect(await letThrough(LIMIT, key)).toBe(1);
  });

  it('accepts a batch that fills the window', async () => {
    const { headers } = await sendBatch(LIMIT, await newKey()).expect(200);
    expect(headers['x-ratelimit-remaining']).toBe('0');
  });

  it('rejects a batch larger than the rest of the window, and counts one', async () => {
    const key = await newKey();
    await sendInstalls(2, key);
    const before = (await storedInstalls(app.db)).length;
    const { headers, body } = await sendBatch(4, key).expect(429);
    expect(body).toMatchObject({ code: 'too_many_requests' });
    expect(headers).toMatchObject({
      'x-ratelimit-remaining': String(LIMIT - 3),
      'x-ratelimit-reset': headers['retry-after'],
    });
    expect(await storedInstalls(app.db)).toHaveLength(before);
    expect(await letThrough(LIMIT, key)).toBe(LIMIT - 3);
  });

  it('returns 413 with the limit for a batch larger than the limit, and counts one', async () => {
    const key = await newKey();
    const { body } = await sendBatch(LIMIT + 1, key).expect(413);
    expect(body).toMatchObject({
      code: 'payload_too_large',
      detail: expect.stringContaining(`${LIMIT} postbacks in ${TTL} seconds`),
    });
    expect(await letThrough(LIMIT, key)).toBe(LIMIT - 1);
  });

  it('is the limit of its project', async () => {
    const key = await newKey({ rate_limit: 2 * LIMIT });
    await sendBatch(2 * LIMIT, key).expect(200);
    await sendInstall(app, key).expect(429);
  });

  it('is not exceeded by concurrent batches', async () => {
    const key = await newKey();
    const before = (await storedInstalls(app.db)).length;
    await Promise.all(Array.from({ length: 4 }, async () => sendBatch(2, key)));
    const stored = (await storedInstalls(app.db)).length - before;
    expect(stored).toBeLessThanOrEqual(LIMIT);
  });
});

describe('the rate limit of a project', () => {
  it.each([2, 9])(
    'overrides the limit of the service: %i',
    async (rate_limit) => {
      const key = await newKey({ rate_limit });
      const { headers } = await sendInstall(app, key).expect(200);
      expect(headers['x-ratelimit-limit']).toBe(String(rate_limit));
      expect(await letThrough(rate_limit, key)).toBe(rate_limit - 1);
    },
  );

  it('can be removed', async () => {
    const project = await makeProject(app, { rate_limit: 1 });
    await call(app, 'patch', `/v1/projects/${project}`)
      .send({ rate_limit: null })
      .expect(200);
    const { key } = await makeKey(app, {}, project);
    expect(await letThrough(LIMIT + 1, key)).toBe(LIMIT);
  });

  it('applies to a key that is already in use', async () => {
    const project = await makeProject(app);
    const { key } = await makeKey(app, {}, project);
    await sendInstall(app, key).expect(200);
    await call(app, 'patch', `/v1/projects/${project}`)
      .send({ rate_limit: 1_000 })
      .expect(200);
    await eventually(
      2_000,
      async () => (await sendInstall(app, key)).headers['x-ratelimit-limit'],
      (limit) => limit === '1000',
    );
  });

  it('does not apply to other projects', async () => {
    await newKey({ rate_limit: 1 });
    expect(await letThrough(LIMIT + 1, await newKey())).toBe(LIMIT);
  });
});

describe('bad keys', () => {
  const BAD_KEYS = 3;
  const VARIABLES = {
    BAD_KEY_LIMIT: String(BAD_KEYS),
    THROTTLE_TTL: String(TTL),
  };
  let open: TestApp;
  let proxied: TestApp;

  beforeAll(async () => {
    open = await startApp(VARIABLES, app.databaseUrl);
    proxied = await startApp(
      { ...VARIABLES, TRUSTED_PROXIES: '127.0.0.1' },
      app.databaseUrl,
    );
  });

  afterAll(async () => {
    await proxied.close();
    await open.close();
  });

  const sendFrom = (forwardedFor: string, key: string) =>
    sendInstall(proxied, key).set('X-Forwarded-For', forwardedFor);

  /** Sends as many bad keys as one address may. */
  async function exhaust(address: string): Promise<void> {
    for (let i = 0; i < BAD_KEYS; i++) {
      await sendFrom(address, generateApiKey()).expect(401);
    }
  }

  it('get 429 with Retry-After above the limit of one address', async () => {
    await exhaust('203.0.113.1');
    const { headers, body } = await sendFrom(
      '203.0.113.1',
      generateApiKey(),
    ).expect(429);
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(body).toMatchObject({ code: 'too_many_requests', status: 429 });
    const wait = Number(headers['retry-after']);
    expect(wait).toBeGreaterThan(TTL - 60);
    expect(wait).toBeLessThanOrEqual(TTL);
  });

  it('do not block a good key from the same address', async () => {
    await exhaust('203.0.113.2');
    await sendFrom('203.0.113.2', 'pbk_bad').expect(429);
    const { key } = await makeKey(app, {}, await makeProject(app));
    await sendFrom('203.0.113.2', key).expect(200);
  });

  it('of different addresses are counted separately', async () => {
    await exhaust('203.0.113.3');
    await sendFrom('203.0.113.4', 'pbk_bad').expect(401);
    await sendFrom('2001:db8::4', 'pbk_bad').expect(401);
  });

  it('of one IPv6 network are counted together', async () => {
    await exhaust('2001:db8:0:1::1');
    await sendFrom('2001:db8:0:1:ffff::2', 'pbk_bad').expect(429);
    await sendFrom('2001:db8:0:2::1', 'pbk_bad').expect(401);
  });

  it('are counted for every reason and every route', async () => {
    const revoked = await makeKey(app);
    await app.db.query(
      'update api_key set revoked_at = now() where key_id = $1',
      [revoked.key_id],
    );
    const address = '203.0.113.5';
    await sendFrom(address, 'pbk_malformed').expect(401);
    await sendFrom(address, revoked.key).expect(401);
    await call(proxied, 'get', '/v1/projects', generateApiKey())
      .set('X-Forwarded-For', address)
      .expect(401);
    await sendFrom(address, generateApiKey()).expect(429);
    await call(proxied, 'get', '/v1/projects', generateApiKey())
      .set('X-Forwarded-For', address)
      .expect(429);
  });

  it('do not block the administrator', async () => {
    await exhaust('203.0.113.6');
    await call(proxied, 'get', '/v1/projects', app.adminToken)
      .set('X-Forwarded-For', '203.0.113.6')
      .expect(200);
  });

  it('are counted for the address that a trusted proxy reports', async () => {
    for (let i = 0; i < BAD_KEYS; i++) {
      await sendFrom(`198.51.100.${i}, 203.0.113.7`, 'pbk_bad').expect(401);
    }
    await sendFrom('198.51.100.9, 203.0.113.7', 'pbk_bad').expect(429);
    await sendFrom('203.0.113.7, 198.51.100.9', 'pbk_bad').expect(401);
  });

  it('are counted for the connection if no proxy is trusted, whatever X-Forwarded-For contains', async () => {
    const statuses = [];
    for (let i = 0; i < 50; i++) {
      const { status } = await sendInstall(open, generateApiKey())
        .set('X-Forwarded-For', `203.0.113.${i}`)
        .set('X-Real-Ip', `203.0.113.${i}`)
        .set('Forwarded', `for=203.0.113.${i}`);
      statuses.push(status);
    }
    expect(statuses.slice(0, BAD_KEYS)).toEqual([401, 401, 401]);
    expect(new Set(statuses.slice(BAD_KEYS))).toEqual(new Set([429]));
  });
});
