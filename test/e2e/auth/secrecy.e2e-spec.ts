import { createHash, randomBytes } from 'node:crypto';
import { Client } from 'pg';
import request from 'supertest';
import { startApp, type TestApp } from '../../support/app';
import { CUSTOM } from '../../support/ingest';
import { call, makeKey, readKey, sendInstall } from '../../support/management';
import { createDatabase } from '../../support/postgres';
import { Service } from '../../support/service';
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

/** Another character where the key has one of its checksum. */
function withBadChecksum(key: string): string {
  return key.slice(0, -1) + (key.endsWith('0') ? '1' : '0');
}

describe('the service returns an API key once', () => {
  it('when the key is created, and in no list afterwards', async () => {
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

  it('and never writes it to the log, at any level', async () => {
    const database = await createDatabase(TEMPLATE);
    const secret = `canary_${randomBytes(12).toString('hex')}`;
    const service = new Service({
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
    const logged = service.output;
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

describe('the database contains', () => {
  it('only the SHA-256 and the last four characters of an API key', async () => {
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

  it('only the SHA-256 of the administrator token', async () => {
    const { rows } = await app.db.query('select hash from admin_token');
    expect(rows).toEqual([
      { hash: createHash('sha256').update(app.adminToken).digest() },
    ]);
  });
});
