import request from 'supertest';
import { startApp, type TestApp } from '../../support/app';
import { anInstall, CUSTOM, exchange, type Fields } from '../../support/ingest';
import { call, eventually } from '../../support/management';
import {
  makeTenant,
  rejectionsOf,
  statsOf,
  type Tenant,
} from '../../support/rejections';

let app: TestApp;
let tenant: Tenant;

beforeAll(async () => {
  app = await startApp();
});

beforeEach(async () => {
  tenant = await makeTenant(app);
});

afterAll(() => app.close());

const send = (fields: Fields, path = CUSTOM) =>
  request(app.server).post(path).set('X-Api-Key', tenant.key).send(fields);

const BRANCH = '/track/install/v1/branch';

const NOTHING = {
  created: 0,
  duplicates: 0,
  ignored: 0,
  refused: 0,
  refused_by_code: {},
  unlogged: 0,
  replayed: 0,
  warnings: {},
};

describe('GET /v1/projects/{project_id}/stats', () => {
  it('counts the results of postbacks by hour and tracker', async () => {
    const first = anInstall({ ios_ifa: '{idfa}', x1: 1, x2: 2 });
    await send(first).expect(200);
    await send(anInstall()).expect(200);
    await send(first).expect(200);
    await send({ cost: 'x' }).expect(400);
    await send({ cost: 'y', publisher_name: 'P' }).expect(400);
    await send({ name: 'OPEN' }, BRANCH).expect(200);
    await send({}, '/track/install/v1/nobody').expect(404);
    await rejectionsOf(app, tenant, 3);

    const { from, to, total, data } = await statsOf(app, tenant);
    expect(
      Date.parse(to as unknown as string) -
        Date.parse(from as unknown as string),
    ).toBe(86_400_000);
    const custom = {
      ...NOTHING,
      created: 2,
      duplicates: 1,
      refused: 2,
      refused_by_code: { invalid_number: 2, no_identifier: 2, required: 1 },
      warnings: { unexpanded_macro: 1, unknown_field: 1 },
    };
    expect(total).toEqual({
      ...custom,
      ignored: 1,
      refused: 3,
      refused_by_code: { ...custom.refused_by_code, unknown_tracker: 1 },
    });
    const hour = expect.stringMatching(/:00:00\.000Z$/) as unknown;
    // The hour may have ended in between.
    expect(new Set(data.map(({ tracker }) => tracker))).toEqual(
      new Set(['branch', 'custom', 'unknown']),
    );
    for (const each of data) expect(each.hour).toEqual(hour);
  });

  it('counts unknown trackers together, for every reason of rejection', async () => {
    const other = await makeTenant(app);
    const post = (path: string, headers: Record<string, string>) =>
      exchange(app.origin, {
        method: 'POST',
        path: `/track/install/v1/${path}`,
        headers: { 'X-Api-Key': other.key, ...headers },
        body: 'x',
      });
    for (const name of ['made-up', 'also-made-up', 'made-up/batch']) {
      await post(name, { 'Content-Type': 'application/json' });
      await post(name, { 'Content-Encoding': 'gzip' });
    }
    const rejections = await rejectionsOf(app, other, 6);
    expect(new Set(rejections.map(({ tracker }) => tracker))).toEqual(
      new Set(['unknown']),
    );
    const { data } = await statsOf(app, other);
    expect(new Set(data.map(({ tracker }) => tracker))).toEqual(
      new Set(['unknown']),
    );
  });

  it('counts each install once, under concurrency', async () => {
    const installs = Array.from({ length: 40 }, () => anInstall());
    await Promise.all([...installs, ...installs].map((each) => send(each)));
    const { total } = await statsOf(app, tenant);
    expect(total).toEqual({ ...NOTHING, created: 40, duplicates: 40 });
  });

  it('counts nothing that was not committed', async () => {
    await send(anInstall()).expect(200);
    await app.db.query('begin; lock table install in access exclusive mode');
    await send(anInstall()).expect(503);
    await app.db.query('rollback');
    const { rows } = await app.db.query<{ count: number }>(
      'select count(*)::int as count from install where project_id = $1',
      [tenant.projectId],
    );
    const { total } = await statsOf(app, tenant);
    expect(total.created).toBe(rows[0].count);
  });

  it('returns the requested hours', async () => {
    await send(anInstall()).expect(200);
    const future = { from: '2099-01-01T00:30:00Z', to: '2099-01-01T01:30:00Z' };
    expect(await statsOf(app, tenant, future)).toEqual({
      from: '2099-01-01T00:00:00.000Z',
      to: '2099-01-01T02:00:00.000Z',
      total: NOTHING,
      data: [],
    });
  });

  it.each([
    'from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z',
    'from=2026-01-01T00:00:00Z&to=2026-03-01T00:00:00Z',
    'from=yesterday',
    'hour=1',
    'to=0001-01-01T00:00:00Z',
  ])('rejects ?%s', async (query) => {
    const { body } = await call(app, 'get', `${tenant.path}/stats?${query}`);
    expect(body).toMatchObject({ status: 400, code: 'invalid_request' });
  });

  it('requires access to the project', async () => {
    await call(app, 'get', `${tenant.path}/stats`, tenant.key).expect(403);
    await call(app, 'get', '/v1/projects/99999/stats').expect(404);
  });
});

describe('GET /v1/bad-keys', () => {
  it('counts bad keys by address, and returns nothing else of them', async () => {
    for (let i = 0; i < 3; i++) {
      await request(app.server).get(CUSTOM).query({ apikey: 'wrong' });
    }
    const { body } = await eventually(
      5_000,
      () => call(app, 'get', '/v1/bad-keys').expect(200),
      (answer) => (answer.body as { data: unknown[] }).data.length > 0,
    );
    expect(body).toMatchObject({
      data: [{ address: '127.0.0.1', requests: 3 }],
    });
  });

  it('is for the administrator', async () => {
    await call(app, 'get', '/v1/bad-keys', tenant.key).expect(403);
  });
});
