import { randomUUID, randomUUIDv7 } from 'node:crypto';
import request from 'supertest';
import type { RejectionDto } from '../../../src/rejections/dto/rejection.dto';
import type { ReplayResultDto } from '../../../src/replays/dto/replay.dto';
import { startApp, type TestApp } from '../../support/app';
import { anInstall, CUSTOM, type Fields, type Row } from '../../support/ingest';
import { call, makeProject } from '../../support/management';
import {
  makeTenant,
  readRejection,
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

/** Sends these, one after the other, and answers what is kept of them in the same order. */
async function refuse(
  all: readonly Fields[],
  path = CUSTOM,
): Promise<RejectionDto[]> {
  for (const fields of all) await send(fields, path);
  return (await rejectionsOf(app, tenant, all.length)).toReversed();
}

/** Would be an install but for the country. */
const foreign = (fields: Fields = {}) =>
  anInstall({ country_code: 'Argentina', ...fields });

const replay = (rejectionId: string, repair: object = {}) =>
  call(app, 'post', `${tenant.path}/rejections/${rejectionId}/replay`).send(
    repair,
  );

async function replayed(
  { rejection_id }: RejectionDto,
  repair: object = {},
): Promise<ReplayResultDto> {
  const { body } = await replay(rejection_id, repair).expect(200);
  return body as ReplayResultDto;
}

async function installs(): Promise<Row[]> {
  const { rows } = await app.db.query<Row>(
    'select * from install where project_id = $1 order by received_at',
    [tenant.projectId],
  );
  return rows;
}

const AR = { set: { country_code: 'AR' } };

describe('POST /v1/projects/{project_id}/rejections/{rejection_id}/replay', () => {
  it('stores the install with the repair and its original arrival time, and marks the rejection', async () => {
    const fields = foreign();
    const [rejection] = await refuse([fields]);
    const result = await replayed(rejection, AR);
    expect(result).toEqual({
      rejection_id: rejection.rejection_id,
      state: 'installed',
      install_id: expect.any(String),
      warnings: [],
      errors: [],
    });
    expect(await installs()).toMatchObject([
      {
        install_id: result.install_id,
        id: fields.id,
        country_code: 'AR',
        received_at: new Date(rejection.first_seen_at),
        install_timestamp: new Date(rejection.first_seen_at),
      },
    ]);
    expect(
      await readRejection(app, tenant, rejection.rejection_id),
    ).toMatchObject({
      state: 'installed',
      install_id: result.install_id,
      replayed_at: expect.any(String),
      replay_errors: null,
    });
  });

  it('returns why it is rejected again, and leaves it open', async () => {
    const [rejection] = await refuse([foreign()]);
    const result = await replayed(rejection, { set: { cost: 'much' } });
    const errors = [
      expect.objectContaining({ field: 'cost', code: 'invalid_number' }),
      expect.objectContaining({
        field: 'country_code',
        code: 'invalid_country',
      }),
    ];
    expect(result).toMatchObject({ state: 'open', install_id: null });
    expect(result.errors).toEqual(expect.arrayContaining(errors));
    const after = await readRejection(app, tenant, rejection.rejection_id);
    expect(after).toMatchObject({
      state: 'open',
      replayed_at: expect.any(String),
    });
    expect(after.replay_errors).toEqual(expect.arrayContaining(errors));
    expect(
      await replayed(rejection, { unset: ['country_code'] }),
    ).toMatchObject({ state: 'installed' });
  });

  it('finds an install that was sent again in the meantime', async () => {
    const fields = foreign();
    const [rejection] = await refuse([fields]);
    const { body } = await send({ ...fields, country_code: 'AR' });
    const { install_id } = body as { install_id: string };
    expect(await replayed(rejection, AR)).toMatchObject({
      state: 'duplicate',
      install_id,
    });
    expect(await installs()).toHaveLength(1);
  });

  it('changes nothing if the rejection was already replayed', async () => {
    const [rejection] = await refuse([foreign()]);
    const { install_id } = await replayed(rejection, AR);
    expect(
      await replayed(rejection, { set: { country_code: 'PE', id: 'other' } }),
    ).toMatchObject({ state: 'installed', install_id });
    expect(await installs()).toMatchObject([{ country_code: 'AR' }]);
  });

  it.each([
    ['an id', {}],
    ['neither id nor time', { id: undefined }],
  ])(
    'stores one install for concurrent replays: with %s',
    async (_, fields) => {
      const [rejection] = await refuse([foreign(fields)]);
      const results = await Promise.all(
        Array.from({ length: 10 }, (_each, i) =>
          replayed(rejection, {
            set: { country_code: i % 2 ? 'AR' : 'PE', id: `id ${i}` },
          }),
        ),
      );
      expect(new Set(results.map(({ install_id }) => install_id)).size).toBe(1);
      expect(await installs()).toHaveLength(1);
      const { total } = await statsOf(app, tenant);
      expect(total).toMatchObject({ created: 1, duplicates: 0, replayed: 1 });
    },
  );

  it('finds an install that a killed replay had stored', async () => {
    const [rejection, other] = await refuse([
      foreign({ id: undefined }),
      foreign({ id: undefined, user_id: 'other' }),
    ]);
    await replayed(other, AR);
    const { install_id } = await replayed(rejection, AR);
    await app.db.query(
      `update rejection set state = 'open', install_id = null where rejection_id = $1`,
      [rejection.rejection_id],
    );
    expect(await replayed(rejection, AR)).toMatchObject({
      state: 'installed',
      install_id,
    });
    expect(await installs()).toHaveLength(2);
  });

  it('repairs a message of a tracker by canonical field names', async () => {
    const [rejection] = await refuse(
      [
        {
          id: randomUUID(),
          name: 'INSTALL',
          user_data: { developer_identity: 'u', geo_country_code: 'Argentina' },
        },
      ],
      '/track/install/v1/branch',
    );
    expect(rejection).toMatchObject({ tracker: 'branch', state: 'open' });
    expect(await replayed(rejection, AR)).toMatchObject({ state: 'installed' });
    expect(await installs()).toMatchObject([
      { tracker: 'branch', country_code: 'AR', user_id: 'u' },
    ]);
  });

  it('reads a postback to an unknown tracker as one of another tracker', async () => {
    const [rejection] = await refuse([anInstall()], '/track/install/v1/costum');
    expect(await replayed(rejection)).toMatchObject({
      state: 'open',
      errors: [{ code: 'unknown_tracker' }],
    });
    expect(await replayed(rejection, { as_tracker: 'custom' })).toMatchObject({
      state: 'installed',
    });
  });

  it('takes the tracker from the path of a rejection stored before the tracker existed', async () => {
    const [rejection] = await refuse(
      [{ ...anInstall(), country_code: 'Argentina' }],
      '/track/install/v1/custom',
    );
    await app.db.query(
      `update rejection set tracker = 'unknown' where rejection_id = $1`,
      [rejection.rejection_id],
    );
    expect(await replayed(rejection, AR)).toMatchObject({ state: 'installed' });
    expect(await installs()).toMatchObject([{ tracker: 'custom' }]);
  });

  it('reports a message that is not an install as ignored', async () => {
    const [rejection] = await refuse(
      [{ name: 'OPEN' }],
      '/track/install/v1/brunch',
    );
    expect(await replayed(rejection, { as_tracker: 'branch' })).toMatchObject({
      state: 'ignored',
      install_id: null,
    });
  });

  it('accepts a query that was too long for the endpoint', async () => {
    const query = new URLSearchParams({
      ...(anInstall() as Record<string, string>),
      apikey: tenant.key,
      x: 'x'.repeat(9_000),
    });
    await request(app.server)
      .get(`${CUSTOM}?${String(query)}`)
      .expect(414);
    const [rejection] = await rejectionsOf(app, tenant, 1);
    expect(await replayed(rejection)).toMatchObject({ state: 'installed' });
  });

  it('returns an error for a body that was not stored', async () => {
    const query = new URLSearchParams({
      ...(anInstall() as Record<string, string>),
      apikey: tenant.key,
    });
    await request(app.server)
      .post(`${CUSTOM}?${String(query)}`)
      .type('form')
      .send({ x: 'x'.repeat(33_000) })
      .expect(413);
    const [rejection] = await rejectionsOf(app, tenant, 1);
    expect(await replayed(rejection)).toMatchObject({
      state: 'open',
      errors: [{ code: 'payload_too_large' }],
    });
    expect(await installs()).toEqual([]);
  });

  it('returns an error for a batch that was rejected as a whole', async () => {
    await request(app.server)
      .post('/track/install/v1/costum/batch')
      .set('X-Api-Key', tenant.key)
      .send([anInstall()])
      .expect(404);
    const [rejection] = await rejectionsOf(app, tenant, 1);
    const result = await replayed(rejection, { as_tracker: 'custom' });
    expect(result).toMatchObject({ state: 'open' });
    expect(result.errors[0].message).toContain('batch');
  });

  it.each([
    ['an unknown field', { set: { country: 'AR' } }, 'country'],
    ['a number', { set: { cost: 1 } }, 'text values'],
    ['a list in place of values', { set: ['cost'] }, 'object'],
    ['an unknown field to unset', { unset: ['country'] }, 'country'],
    ['a word to unset', { unset: 'cost' }, 'array'],
    ['another column', { set: { received_at: '2026-01-01' } }, 'received_at'],
    ['an unknown tracker', { as_tracker: 'nobody' }, 'as_tracker'],
    ['an unknown member', { sets: {} }, 'sets'],
  ])('rejects a repair with %s', async (_, repair, word) => {
    const [rejection] = await refuse([foreign()]);
    const { body } = await replay(rejection.rejection_id, repair).expect(400);
    expect(body).toMatchObject({ code: 'invalid_request' });
    expect(JSON.stringify(body)).toContain(word);
    expect(await installs()).toEqual([]);
  });

  it('returns 404 for a deleted rejection, or one of another project', async () => {
    const [{ rejection_id }] = await refuse([foreign()]);
    await replay(randomUUIDv7()).expect(404);
    const other = await makeProject(app);
    await call(
      app,
      'post',
      `/v1/projects/${other}/rejections/${rejection_id}/replay`,
    ).expect(404);
  });

  it('is for the administrator', async () => {
    const [{ rejection_id }] = await refuse([foreign()]);
    const reader = await makeTenant(app, {}, { scopes: ['read'] });
    await call(
      app,
      'post',
      `${reader.path}/rejections/${rejection_id}/replay`,
      reader.key,
    ).expect(403);
  });
});
