import { randomUUIDv7 } from 'node:crypto';
import { Client } from 'pg';
import request from 'supertest';
import type { RejectionDto } from '../../../src/rejections/dto/rejection.dto';
import type { ReplayDto } from '../../../src/replays/dto/replay.dto';
import { startApp, type TestApp } from '../../support/app';
import { anInstall, CUSTOM, type Fields, type Row } from '../../support/ingest';
import { call, eventually, makeProject } from '../../support/management';
import { createDatabase } from '../../support/postgres';
import { TEMPLATE } from '../../support/template';
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

async function installs(): Promise<Row[]> {
  const { rows } = await app.db.query<Row>(
    'select * from install where project_id = $1 order by received_at',
    [tenant.projectId],
  );
  return rows;
}

const AR = { set: { country_code: 'AR' } };

const beginFor = (owner: Tenant): Promise<ReplayDto> =>
  begin({ filter: {}, ...AR }, owner);

/** Of a project, in the order in which they were made. */
async function statesOf({ projectId }: Tenant): Promise<string[]> {
  const { rows } = await app.db.query<{ state: string }>(
    'select state from replay where project_id = $1 order by replay_id',
    [projectId],
  );
  return rows.map(({ state }) => state);
}

const untilNoneIsLeft = (owner: Tenant) =>
  eventually(
    10_000,
    () => statesOf(owner),
    (states) => !states.includes('waiting') && !states.includes('running'),
  );

async function begin(body: object, { path } = tenant): Promise<ReplayDto> {
  const answer = await call(app, 'post', `${path}/rejections/replay`).send(
    body,
  );
  expect(answer.status).toBe(202);
  return answer.body as ReplayDto;
}

const follow = async ({ replay_id }: ReplayDto): Promise<ReplayDto> =>
  (await call(app, 'get', `${tenant.path}/replays/${replay_id}`).expect(200))
    .body as ReplayDto;

const ended = (begun: ReplayDto): Promise<ReplayDto> =>
  eventually(
    10_000,
    () => follow(begun),
    ({ state }) => state !== 'running' && state !== 'waiting',
  );

const many = (count: number, fields: () => Fields) =>
  Array.from({ length: count }, fields);

describe('POST /v1/projects/{project_id}/rejections/replay', () => {
  it('repairs all matching rejections that sent a value', async () => {
    await refuse([
      ...many(60, () => foreign()),
      ...many(2, () => foreign({ country_code: ' Argentina ' })),
      ...many(3, () => foreign({ country_code: 'Peru' })),
      { cost: 'x' },
    ]);
    const done = await ended(
      await begin({
        filter: { code: 'invalid_country', tracker: 'custom' },
        sent: { country_code: 'Argentina' },
        ...AR,
      }),
    );
    expect(done).toMatchObject({
      state: 'done',
      total: 65,
      installed: 62,
      skipped: 3,
      refused: 0,
      finished_at: expect.any(String),
    });
    expect(await installs()).toHaveLength(62);
    const { total } = await statsOf(app, tenant);
    expect(total).toMatchObject({ created: 62, replayed: 62, refused: 66 });
    expect(await rejectionsOf(app, tenant, 4, { state: 'open' })).toHaveLength(
      4,
    );
  });

  it('reports why a rejection is rejected again', async () => {
    const [rejection] = await refuse([foreign(), { cost: 'x' }]);
    const done = await ended(await begin({ filter: {} }));
    expect(done).toMatchObject({ installed: 0, refused: 2 });
    expect(
      await readRejection(app, tenant, rejection.rejection_id),
    ).toMatchObject({ replay_errors: [{ code: 'invalid_country' }] });
  });

  it('stores one install for each, also with concurrent replays', async () => {
    await refuse(
      many(30, () => foreign({ id: undefined })).map((each, i) => ({
        ...each,
        user_id: `u${i}`,
      })),
    );
    const begun = await Promise.all([
      begin({ filter: {}, ...AR }),
      begin({ filter: {}, ...AR }),
      begin({ filter: {}, ...AR }),
    ]);
    const done: ReplayDto[] = [];
    for (const each of begun) done.push(await ended(each));
    expect(await installs()).toHaveLength(30);
    expect(done.reduce((sum, { installed }) => sum + installed, 0)).toBe(30);
    for (const { total, installed, skipped } of done) {
      expect(installed + skipped).toBe(total);
    }
  });

  it('waits while the database is locked, and can be cancelled', async () => {
    await refuse(many(60, () => foreign()));
    await app.db.query('begin; lock table install in access exclusive mode');
    const begun = await begin({ filter: {}, ...AR });
    const { body } = await call(
      app,
      'post',
      `${tenant.path}/replays/${begun.replay_id}/cancel`,
    ).expect(200);
    expect(body).toMatchObject({
      state: 'cancelled',
      finished_at: expect.any(String),
    });
    await app.db.query('rollback');
    // What was on its way is stored; the rest is not begun.
    await eventually(10_000, installs, (rows) => rows.length === 50);
    expect(await follow(begun)).toMatchObject({ state: 'cancelled' });
    expect(await ended(await begin({ filter: {}, ...AR }))).toMatchObject({
      state: 'done',
      installed: 10,
    });
  });

  describe('while the database is locked', () => {
    let tenants: Tenant[];

    beforeEach(async () => {
      tenants = [tenant, await makeTenant(app)];
      for (const each of tenants) {
        await request(app.server)
          .post(CUSTOM)
          .set('X-Api-Key', each.key)
          .send(foreign());
        await rejectionsOf(app, each, 1);
      }
      await app.db.query('begin; lock table install in access exclusive mode');
    });

    afterEach(async () => {
      await app.db.query('rollback');
      for (const each of tenants) await untilNoneIsLeft(each);
    });

    it('runs two replays, and queues the others', async () => {
      const begun = [];
      for (let i = 0; i < 4; i++) begun.push(await beginFor(tenant));
      const states = ['running', 'running', 'waiting', 'waiting'];
      expect(begun.map(({ state }) => state)).toEqual(states);
      await eventually(
        2_000,
        () => statesOf(tenant),
        (stored) => JSON.stringify(stored) === JSON.stringify(states),
      );
    });

    it('includes rejections that were stored after it was created', async () => {
      const begun = await beginFor(tenant);
      await app.db.query('update replay set total = 0 where replay_id = $1', [
        begun.replay_id,
      ]);
      await app.db.query('rollback; begin');
      expect(await ended(begun)).toMatchObject({ total: 1, installed: 1 });
    });

    it('cancels a waiting replay immediately, and continues with the next project', async () => {
      const [one, other] = tenants;
      const [first, , third] = [
        await beginFor(one),
        await beginFor(one),
        await beginFor(one),
      ];
      const later = await beginFor(other);
      expect([third.state, later.state]).toEqual(['waiting', 'waiting']);
      const cancel = ({ replay_id }: ReplayDto) =>
        call(app, 'post', `${one.path}/replays/${replay_id}/cancel`)
          .expect(200)
          .expect(({ body }) =>
            expect(body).toMatchObject({ state: 'cancelled' }),
          );
      await cancel(third);
      await cancel(first);
      // The lease of what is cancelled is lost at the next look.
      await eventually(
        10_000,
        () => statesOf(other),
        ([state]) => state === 'running',
      );
      expect(await statesOf(one)).toEqual([
        'cancelled',
        'running',
        'cancelled',
      ]);
    });
  });

  it('rejects more than 100 unfinished replays of a project', async () => {
    await app.db.query(
      `insert into replay (project_id, replay_id, created_at, state, request, total, leased_until)
       select $1, gen_random_uuid(), now(), case n % 2 when 0 then 'waiting' else 'running' end,
              '{"filter": {}}', 0, 'infinity'
       from generate_series(1, 100) n`,
      [tenant.projectId],
    );
    const answer = await call(
      app,
      'post',
      `${tenant.path}/rejections/replay`,
    ).send({ filter: {} });
    expect(answer.body).toMatchObject({
      status: 429,
      code: 'too_many_requests',
    });
    expect(answer.body.detail).toContain('100 unfinished replays');
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    await app.db.query(
      `update replay set state = 'done' where (project_id, replay_id) in
         (select project_id, replay_id from replay where project_id = $1 limit 1)`,
      [tenant.projectId],
    );
    expect(await ended(await begin({ filter: {} }))).toMatchObject({
      state: 'done',
    });
  });

  it('an instance releases its replays when it stops, and another one runs them', async () => {
    const database = await createDatabase(TEMPLATE);
    const db = new Client(database.url);
    await db.connect();
    const replays = async () => {
      const { rows } = await db.query<{ state: string; held: boolean }>(
        'select state, leased_until > now() as held from replay order by replay_id',
      );
      return rows;
    };
    const first = await startApp({}, database.url);
    const own = await makeTenant(first);
    const path = `${own.path}/rejections/replay`;
    await request(first.server)
      .post(CUSTOM)
      .set('X-Api-Key', own.key)
      .send(foreign());
    await rejectionsOf(first, own, 1);
    await db.query('begin; lock table install in access exclusive mode');
    for (let i = 0; i < 9; i++) {
      await call(first, 'post', path)
        .send({ filter: {}, ...AR })
        .expect(202);
    }
    await first.close();
    expect(await replays()).toEqual(
      many(9, () => ({ state: 'waiting', held: false })),
    );

    const second = await startApp({}, database.url);
    const held = await eventually(10_000, replays, (all) =>
      all.every((each) => each.held),
    );
    const running = held.filter(({ state }) => state === 'running');
    expect(running.length).toBeLessThanOrEqual(2);
    await db.query('rollback');
    await eventually(10_000, replays, (all) =>
      all.every(({ state }) => state === 'done'),
    );
    const { rows } = await db.query('select from install');
    expect(rows).toHaveLength(1);
    await second.close();
    await db.end();
    await database.drop();
  });

  it('continues after its process was killed', async () => {
    await refuse(many(3, () => foreign()));
    const replayId = randomUUIDv7();
    await app.db.query(
      `insert into replay (project_id, replay_id, created_at, state, request, total, leased_until)
       values ($1, $2, now(), 'running', $3, 3, now() - interval '1 second')`,
      [
        tenant.projectId,
        replayId,
        { ...AR, filter: { from: '2020-01-01T00:00:00.000Z' } },
      ],
    );
    const other = await startApp({}, app.databaseUrl);
    try {
      expect(await ended({ replay_id: replayId } as ReplayDto)).toMatchObject({
        state: 'done',
        installed: 3,
      });
    } finally {
      await other.close();
    }
  });

  it('fails on an internal error, without endless retries', async () => {
    const replayId = randomUUIDv7();
    await app.db.query(
      `insert into replay (project_id, replay_id, created_at, state, request, total, leased_until)
       values ($1, $2, now(), 'running', '{"filter": null}', 3, now() - interval '1 second')`,
      [tenant.projectId, replayId],
    );
    const other = await startApp({}, app.databaseUrl);
    try {
      expect(await ended({ replay_id: replayId } as ReplayDto)).toMatchObject({
        state: 'failed',
      });
    } finally {
      await other.close();
    }
  });

  it('GET /replays returns the latest first', async () => {
    const first = await ended(await begin({ filter: { tracker: 'custom' } }));
    const second = await ended(await begin({ filter: {} }));
    const { body } = await call(app, 'get', `${tenant.path}/replays`);
    expect(body).toMatchObject({ data: [second, first], next_cursor: null });
  });

  it.each([
    ['an unknown filter', { filter: { colour: 'red' } }, 'filter.colour'],
    ['no time', { filter: { from: 'now' } }, 'filter.from'],
    ['a filter of state', { filter: { state: 'open' } }, 'filter.state'],
    ['a text as filter', { filter: 'all' }, 'filter'],
    ['an unknown field', { filter: {}, sent: { country: 'AR' } }, 'sent'],
    ['no filter', AR, 'filter'],
    ['null as filter', { filter: null }, 'filter'],
    ['null to set', { filter: {}, set: null }, 'set'],
    ['half a character', { filter: { tracker: '\ud800' } }, 'filter.tracker'],
    ['NUL', { filter: {}, sent: { id: 'a\0' } }, 'sent'],
  ])('refuses %s', async (_, body, field) => {
    const answer = await call(
      app,
      'post',
      `${tenant.path}/rejections/replay`,
    ).send(body);
    expect(answer.body).toMatchObject({ status: 400, errors: [{ field }] });
  });

  it('is not visible to other projects', async () => {
    const begun = await ended(await begin({ filter: {} }));
    const other = await makeProject(app);
    for (const [method, path] of [
      ['get', `replays/${begun.replay_id}`],
      ['post', `replays/${begun.replay_id}/cancel`],
    ] as const) {
      await call(app, method, `/v1/projects/${other}/${path}`).expect(404);
    }
  });
});
