import { Logger } from '@nestjs/common';
import request, { type Test } from 'supertest';
import { generateApiKey } from '../../../src/auth/api-key';
import { ApiKeyChanges } from '../../../src/auth/api-key-changes';
import { startApp, type TestApp } from '../../support/app';
import { CUSTOM } from '../../support/ingest';
import {
  call,
  eventually,
  eventuallyAnswers,
  makeKey,
  makeProject,
  readKey,
  revokeKey,
  sendInstall,
} from '../../support/management';
import { createDatabase, portOf, throughPort } from '../../support/postgres';
import { TcpProxy } from '../../support/tcp-proxy';
import { TEMPLATE } from '../../support/template';

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

const revokeBySql = (keyId: string) =>
  app.db.query('update api_key set revoked_at = now() where key_id = $1', [
    keyId,
  ]);

describe('a revoked key is rejected within two seconds on every instance', () => {
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

  it('even if the connection for notifications was killed', async () => {
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

  it('again after that connection was restored', async () => {
    await untilListening(app, second);
    const { key, key_id } = await makeKey(app);
    await sendInstall(second, key).expect(200);
    await revokeBySql(key_id);
    await eventuallyAnswers(401, second, key, REVOKED_KEY_DIES);
  });

  it('and stays rejected', async () => {
    const { key, key_id } = await makeKey(app);
    await revokeKey(app, key_id);
    await revokeKey(app, key_id);
    await eventuallyAnswers(401, app, key, REVOKED_KEY_DIES);
    expect((await readKey(app, key_id)).state).toBe('revoked');
  });

  it('but not if another project tries to revoke it', async () => {
    const { key, key_id } = await makeKey(app);
    const other = await makeProject(app);
    await call(app, 'delete', `/v1/projects/${other}/keys/${key_id}`).expect(
      404,
    );
    await sendInstall(app, key).expect(200);
    expect((await readKey(app, key_id)).state).toBe('live');
  });
});

describe('while the connection to the database is lost', () => {
  let database: { url: string; drop(): Promise<void> };
  let proxy: TcpProxy;
  let behind: TestApp;

  beforeEach(async () => {
    database = await createDatabase(TEMPLATE);
    proxy = await TcpProxy.start(portOf(database));
    behind = await startApp(VARIABLES, throughPort(database, proxy.port));
    // A plain connection is cut too, and nobody minds.
    behind.db.on('error', () => undefined);
  });

  afterEach(async () => {
    await behind.close();
    await proxy.close();
    await database.drop();
  });

  it('the ingest endpoint rejects a malformed key without a database query', async () => {
    await proxy.close();
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
    await proxy.open();
  });

  it('the management API rejects a malformed key without a database query', async () => {
    await proxy.close();
    for (const bad of ['x', withBadChecksum(behind.apiKey)]) {
      await readInstalls(behind, bad).expect(401);
    }
    await readInstalls(behind, generateApiKey()).expect(503);
    await proxy.open();
  });

  it('keys are accepted again when the database is back', async () => {
    await proxy.close();
    await sendInstall(behind, behind.apiKey).expect(503);
    await proxy.open();
    await eventuallyAnswers(200, behind, behind.apiKey, 5_000);
    await eventually(
      5_000,
      async () => (await readInstalls(behind, behind.adminToken)).status,
      (status) => status === 200,
    );
    await untilListening(behind);
  });

  it('a revoked key is rejected within two seconds if the connection for notifications is silent', async () => {
    const { key, key_id } = await makeKey(behind);
    await untilListening(behind);
    await sendInstall(behind, key).expect(200);

    proxy.silence(LISTENER);
    await behind.db.query(
      'update api_key set revoked_at = now() where key_id = $1',
      [key_id],
    );
    await eventuallyAnswers(401, behind, key, REVOKED_KEY_DIES);
  });

  it('the log reports once that notifications do not arrive, and once that they arrive again', async () => {
    await untilListening(behind);
    const warn = jest.spyOn(Logger.prototype, 'warn');
    const log = jest.spyOn(Logger.prototype, 'log');
    proxy.silence(LISTENER);
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

describe('behind a pooler that ignores LISTEN', () => {
  const PROBES = 'api_key_probe_';
  let database: { url: string; drop(): Promise<void> };
  let proxy: TcpProxy;
  let behind: TestApp;
  let warn: jest.SpyInstance;
  let probes = 0;

  beforeAll(async () => {
    database = await createDatabase(TEMPLATE);
    warn = jest.spyOn(Logger.prototype, 'warn');
    proxy = await TcpProxy.start(portOf(database), {
      rewrite: (sent) => {
        if (sent.includes(PROBES) && !sent.includes('listen ')) probes++;
        return sent.replace('listen ', '--     ');
      },
    });
    behind = await startApp(VARIABLES, throughPort(database, proxy.port));
  });

  afterAll(async () => {
    warn.mockRestore();
    await behind.close();
    await proxy.close();
    await database.drop();
  });

  it('a revoked key is rejected within two seconds', async () => {
    const { key, key_id } = await makeKey(behind);
    await sendInstall(behind, key).expect(200);
    await behind.db.query(
      'update api_key set revoked_at = now() where key_id = $1',
      [key_id],
    );
    await eventuallyAnswers(401, behind, key, REVOKED_KEY_DIES);
  });

  it('the log reports once that notifications do not arrive, and what to change', async () => {
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
