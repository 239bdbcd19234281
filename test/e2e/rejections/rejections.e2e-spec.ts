import request, { type Test } from 'supertest';
import { RejectionRetention } from '../../../src/rejections/rejection-retention';
import { startApp, type TestApp } from '../../support/app';
import { anInstall, CUSTOM, type Fields, ISO_TIME } from '../../support/ingest';
import { call, eventually, makeProject } from '../../support/management';
import {
  makeTenant,
  readRejection,
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

const refuse = (fields: Fields): Test => post(JSON.stringify(fields));

const refuseAll = async () => {
  await refuse({ cost: 'x' });
  await refuse({ publisher_name: 'P', user_id: 'u', country_code: 'Peru' });
  await get(`apikey=${tenant.key}&id=1`, '/track/install/v1/branch');
  await rejectionsOf(app, tenant, 3);
};

describe('GET /v1/projects/{project_id}/rejections', () => {
  it.each<[Record<string, string>, number]>([
    [{}, 3],
    [{ tracker: 'branch' }, 1],
    [{ tracker: 'custom' }, 2],
    [{ code: 'invalid_postback' }, 3],
    [{ code: 'invalid_country' }, 1],
    [{ field: 'country_code' }, 1],
    [{ field: 'country_code', code: 'invalid_country' }, 1],
    [{ field: 'cost', code: 'invalid_country' }, 0],
    [{ state: 'open' }, 3],
    [{ state: 'installed' }, 0],
    [{ from: '2020-01-01T00:00:00Z', to: '2099-01-01T00:00:00Z' }, 3],
    [{ from: '2099-01-01T00:00:00Z' }, 0],
    [{ to: '2020-01-01T00:00:00Z' }, 0],
  ])('filters by %j', async (query, count) => {
    await refuseAll();
    const { body } = await call(app, 'get', `${tenant.path}/rejections`).query(
      query,
    );
    expect((body as { data: unknown[] }).data).toHaveLength(count);
  });

  it('returns pages, the latest first, without the requests', async () => {
    await refuseAll();
    const all = await rejectionsOf(app, tenant, 3, { limit: '1' });
    const times = all.map(({ first_seen_at }) => String(first_seen_at));
    expect(times).toEqual(times.toSorted().toReversed());
    expect(all[0]).not.toHaveProperty('request');
  });

  it.each(['state=lost', 'nothing=1', 'from=yesterday', 'limit=0'])(
    'rejects ?%s',
    async (query) => {
      const { body } = await call(
        app,
        'get',
        `${tenant.path}/rejections?${query}`,
      ).expect(400);
      expect(body).toMatchObject({ code: 'invalid_request' });
    },
  );

  it('/summary returns groups, the most frequent first', async () => {
    await refuseAll();
    await refuse({ cost: 'x' });
    await rejectionsOf(app, tenant, 4);
    const { body } = await call(
      app,
      'get',
      `${tenant.path}/rejections/summary`,
    ).expect(200);
    const { data } = body as { data: { example_id: string }[] };
    expect(data[0]).toEqual({
      tracker: 'custom',
      code: 'invalid_number',
      field: 'cost',
      requests: 2,
      rejections: 1,
      open: 1,
      first_seen_at: expect.stringMatching(ISO_TIME),
      last_seen_at: expect.stringMatching(ISO_TIME),
      example_id: expect.any(String),
      example: expect.objectContaining({ field: 'cost' }),
    });
    expect(await readRejection(app, tenant, data[0].example_id)).toMatchObject({
      request: { body: '{"cost":"x"}' },
    });
    const narrowed = await call(
      app,
      'get',
      `${tenant.path}/rejections/summary?field=country_code`,
    );
    expect(narrowed.body).toMatchObject({
      data: [{ code: 'invalid_country', requests: 1 }],
    });
  });

  it('returns nothing of another project', async () => {
    await refuse({ cost: 'x' });
    const { rejection_id } = await theRejection(app, tenant);
    const other = await makeProject(app);
    for (const path of ['', '/summary']) {
      const { body } = await call(
        app,
        'get',
        `/v1/projects/${other}/rejections${path}`,
      );
      expect(body).toMatchObject({ data: [] });
    }
    await call(
      app,
      'get',
      `/v1/projects/${other}/rejections/${rejection_id}`,
    ).expect(404);
    await call(app, 'get', '/v1/projects/99999/rejections').expect(404);
  });
});

const erase = () => app.app.get(RejectionRetention, { strict: false }).erase();

describe('the retention of rejections', () => {
  it('deletes the oldest above the maximum', async () => {
    for (let i = 0; i < LIMIT + 3; i++) await refuse({ cost: `x${i}` });
    const all = await rejectionsOf(app, tenant, LIMIT + 3);
    await erase();
    expect(await rejectionsOf(app, tenant, LIMIT)).toEqual(all.slice(0, LIMIT));
  });

  it('deletes those older than 30 days', async () => {
    await refuse({ cost: 'x' });
    await refuse({ cost: 'y' });
    const [young, old] = await rejectionsOf(app, tenant, 2);
    await app.db.query(
      `update rejection set first_seen_at = now() - interval '30 days' where rejection_id = $1`,
      [old.rejection_id],
    );
    await erase();
    expect(await rejectionsOf(app, tenant, 1)).toEqual([young]);
  });
});

const set = (refuse_with: unknown) =>
  call(app, 'patch', tenant.path).send({ refuse_with });

describe('refuse_with 200', () => {
  it.each<[string, object, object]>([
    ['project', { refuse_with: 200 }, {}],
    ['key', {}, { refuse_with: 200 }],
  ])(
    'returns 200 to a %s after the rejection is stored',
    async (_, project, key) => {
      tenant = await makeTenant(app, project, key);
      const { body } = await refuse({ cost: 'x' }).expect(200);
      const { rows } = await app.db.query<{ rejection_id: string }>(
        'select rejection_id from rejection where project_id = $1',
        [tenant.projectId],
      );
      expect(body).toEqual({
        status: 'refused',
        errors: expect.arrayContaining([
          expect.objectContaining({ field: 'cost', code: 'invalid_number' }),
        ]),
        rejection_id: rows[0].rejection_id,
      });
      expect((await refuse({ cost: 'x' })).body).toEqual(body);
    },
  );

  it('returns 503 when the rejection cannot be stored', async () => {
    tenant = await makeTenant(app, { refuse_with: 200 });
    await refuse({ cost: 'x' }).expect(200);
    await app.db.query('begin; lock table rejection in access exclusive mode');
    const { body, headers } = await refuse({ cost: 'y' }).then((each) => each);
    await app.db.query('rollback');
    expect(body).toMatchObject({ status: 503 });
    expect(headers['retry-after']).toBe('1');
  });

  it('applies to postbacks of a batch', async () => {
    tenant = await makeTenant(app, { refuse_with: 200 });
    const { body } = await request(app.server)
      .post(`${CUSTOM}/batch`)
      .set('X-Api-Key', tenant.key)
      .send([{ cost: 'x' }]);
    expect(body).toMatchObject({
      results: [{ index: 0, status: 200, body: { status: 'refused' } }],
    });
  });

  it('does not apply to bad keys', async () => {
    tenant = await makeTenant(app, { refuse_with: 200 });
    await get(`apikey=${tenant.key}x`).expect(401);
  });

  it('can be turned on and off', async () => {
    expect((await set(200).expect(200)).body).toMatchObject({
      refuse_with: 200,
    });
    expect((await set(null).expect(200)).body).toMatchObject({
      refuse_with: null,
    });
    await set(400).expect(400);
  });
});

describe('many rejections', () => {
  it('are dropped and counted above the limit, while valid postbacks are stored', async () => {
    await app.db.query('begin; lock table rejection in access exclusive mode');
    const sent = 1_300;
    const send = () =>
      Promise.all(
        Array.from({ length: sent / 10 }, (_, i) => refuse({ cost: `x${i}` })),
      );
    for (let i = 0; i < 10; i++) await send();
    const good = await post(JSON.stringify(anInstall()));
    await app.db.query('rollback');
    expect(good.body).toMatchObject({ status: 'created' });
    const { total } = await eventually(
      10_000,
      () => statsOf(app, tenant),
      (stats) => stats.total.refused === sent,
    );
    expect(total.unlogged).toBeGreaterThan(0);
    const { rows } = await app.db.query<{ seen: number }>(
      'select sum(count)::int as seen from rejection where project_id = $1',
      [tenant.projectId],
    );
    expect(rows[0].seen + total.unlogged).toBe(sent);
  });
});
