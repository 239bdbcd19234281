import { randomUUID } from 'node:crypto';
import request, { type Response } from 'supertest';
import { generateApiKey } from '../../../src/auth/api-key';
import { startApp, storedInstalls, type TestApp } from '../../support/app';
import { CUSTOM } from '../../support/ingest';
import {
  call,
  makeKey,
  revokeKey,
  sendInstall,
} from '../../support/management';

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

/** What an answer says, without what differs from one request to the next. */
function essenceOf({ status, headers, body }: Response) {
  const essence = { ...headers };
  for (const name of ['date', 'x-request-id']) delete essence[name];
  return { status, headers: essence, body: { ...body, request_id: '' } };
}

describe('every bad key gets the same response', () => {
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

  it.each(BAD_KEYS)(
    'from the ingest endpoint: the key is %s',
    async (_, bad) => {
      const missing = await request(app.server).get(CUSTOM);
      const refused = await request(app.server)
        .get(CUSTOM)
        .set('X-Api-Key', await bad());
      expect(essenceOf(refused)).toEqual(essenceOf(missing));
      expect(refused.status).toBe(401);
    },
  );

  it.each(BAD_KEYS)(
    'from the management API: the key is %s',
    async (_, bad) => {
      const path = '/v1/projects/1/installs';
      const missing = await request(app.server).get(path);
      const refused = await call(app, 'get', path, await bad());
      expect(essenceOf(refused)).toEqual(essenceOf(missing));
      expect(refused.status).toBe(401);
    },
  );

  it.each([
    '?apikey=',
    '?apikey',
    '?apikey=%00',
    '?apikey=%ff',
    '?apikey=%',
    '?apikey=a&apikey=b',
    '?apikey[]=a',
  ])('the query is %s', async (query) => {
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
  ])('Authorization is %j', async (header) => {
    const missing = await request(app.server).get(CUSTOM);
    const refused = await request(app.server)
      .get(CUSTOM)
      .set('Authorization', header);
    expect(essenceOf(refused)).toEqual(essenceOf(missing));
  });

  it('problem+json with WWW-Authenticate', async () => {
    const { headers, body } = await sendInstall(app, generateApiKey()).expect(
      401,
    );
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(headers['www-authenticate']).toMatch(/^Bearer\b/);
    expect(headers['cache-control']).toBe('no-store');
    expect(body).toMatchObject({ code: 'invalid_key', status: 401 });
  });

  it('before the body is read', async () => {
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
