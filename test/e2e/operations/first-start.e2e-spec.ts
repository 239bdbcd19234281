import { createHash, randomUUID } from 'node:crypto';
import { startApp, type TestApp } from '../../support/app';
import {
  call,
  everyItem,
  type KeyAnswer,
  sendInstall,
} from '../../support/management';
import { createDatabase } from '../../support/postgres';
import { TEMPLATE } from '../../support/template';

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

describe('the first start', () => {
  it('creates one project, one key and one token, for any number of concurrent instances', async () => {
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

  it('happens once: a later start creates no key and no token', () => {
    expect([second.apiKey, second.adminToken]).toEqual(['', '']);
  });

  it.each(['a'.repeat(16), 'Z_9-'.repeat(32)])(
    'uses the key and the token of the environment: %s',
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

  it('is not required for a key of the environment, which may be set later', async () => {
    const secret = `set-later-${randomUUID()}`;
    const later = await startApp(
      { ...VARIABLES, BOOTSTRAP_API_KEY: secret },
      app.databaseUrl,
    );
    await sendInstall(later, secret).expect(200);
    await later.close();
  });

  it('is not repeated for a revoked key of the environment', async () => {
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
