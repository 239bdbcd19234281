import { randomUUID, randomUUIDv7 } from 'node:crypto';
import * as fc from 'fast-check';
import {
  REJECTION_STATES,
  type Rejection,
} from '../../src/rejections/rejection.entity';
import { RejectionEviction } from '../../src/rejections/rejection-eviction';
import { RejectionRepository } from '../../src/rejections/rejection.repository';
import { startApp, type TestApp } from '../support/app';
import { call, eventually, makeProject } from '../support/management';

const NEVER = new Date(0);
const HOUR = 3_600_000;

let app: TestApp;
let repository: RejectionRepository;
let eviction: RejectionEviction;
let project: number;

beforeAll(async () => {
  app = await startApp();
  repository = app.app.get(RejectionRepository, { strict: false });
  eviction = app.app.get(RejectionEviction, { strict: false });
});

beforeEach(async () => {
  project = await makeProject(app);
});

afterAll(() => app.close());

interface Sent {
  readonly tracker?: string;
  readonly code?: string;
  /** Each `code field`. */
  readonly faults?: readonly string[];
  readonly hour?: number;
  readonly count?: number;
}

const START = Date.parse('2026-11-01T00:00:00Z');
let sent = 0;

function aRejection({
  tracker = 'custom',
  code = 'invalid_postback',
  faults = ['invalid_number cost'],
  hour = 0,
  count = 1,
}: Sent = {}): Rejection {
  sent += 1;
  const seen = new Date(START + hour * HOUR + (sent % (HOUR / 2)));
  return {
    project_id: project,
    rejection_id: randomUUIDv7(),
    fingerprint: randomUUID(),
    key_id: randomUUID(),
    tracker,
    first_seen_at: seen,
    last_seen_at: seen,
    count,
    code,
    errors: faults.map((fault) => {
      const [faultCode, field] = fault.split(' ');
      return { field, code: faultCode, message: `${field} is wrong` };
    }),
    address: '127.0.0.1',
    method: 'GET',
    path: '/',
    query: '',
    content_type: null,
    body: null,
    body_encoding: null,
    body_complete: true,
    state: 'open',
    install_id: null,
    replayed_at: null,
    replay_errors: null,
  };
}

const keep = (rejections: readonly Rejection[]) =>
  repository.keep(rejections, []);

const settle = (
  rejections: readonly Rejection[],
  state: Rejection['state'] = 'installed',
) =>
  repository.settle(
    rejections.map(({ project_id, rejection_id }) => ({
      project_id,
      rejection_id,
      state,
      install_id: null,
      replayed_at: new Date(),
      replay_errors: null,
    })),
  );

interface Group {
  readonly tracker: string;
  readonly code: string;
  readonly field: string;
  readonly requests: number;
  readonly rejections: number;
  readonly open: number;
  readonly example_id: string | null;
  readonly example: object | null;
}

async function summary(query: Record<string, string> = {}): Promise<Group[]> {
  const { body } = await call(
    app,
    'get',
    `/v1/projects/${project}/rejections/summary`,
  )
    .query(query)
    .expect(200);
  return (body as { data: Group[] }).data;
}

const numbersOf = (groups: readonly Group[]) =>
  groups.map(
    ({ tracker, code, field, requests, rejections, open }) =>
      `${tracker} ${code} ${field} ${requests} ${rejections} ${open}`,
  );

/** What the summary should say, from the rejections themselves. */
async function counted(state?: string): Promise<string[]> {
  const { rows } = await app.db.query<{ line: string }>(
    `select concat_ws(' ', tracker, code, field, sum(count), count(*), count(*) filter (where state = 'open')) as line
     from (
       select distinct rejection_id, count, state, fault->>'code' as code, fault->>'field' as field,
              case when tracker in ('custom', 'adjust', 'branch') then tracker else 'unknown' end as tracker
       from rejection cross join jsonb_array_elements(errors) fault
       where project_id = $1 and ($2::text is null or state = $2)
     ) fault
     group by tracker, code, field
     order by sum(count) desc, tracker, code, field
     limit 100`,
    [project, state ?? null],
  );
  return rows.map(({ line }) => line);
}

async function stored(): Promise<{ rejection_id: string; tracker: string }[]> {
  const { rows } = await app.db.query<{
    rejection_id: string;
    tracker: string;
  }>(
    `select rejection_id, tracker from rejection
     where project_id = $1 order by first_seen_at, rejection_id`,
    [project],
  );
  return rows;
}

const inTurn = async (
  parts: readonly Rejection[][],
  work: (part: Rejection[]) => Promise<unknown>,
) => {
  for (const part of parts) await work(part);
};

describe('the summary', () => {
  const kept = fc.record({
    tracker: fc.constantFrom('custom', 'adjust', 'made-up'),
    code: fc.constantFrom('invalid_postback', 'too_deep', 'unknown_tracker'),
    faults: fc.array(fc.constantFrom('a x', 'a y', 'b x', 'b y'), {
      minLength: 1,
      maxLength: 4,
    }),
    hour: fc.nat(3),
    count: fc.integer({ min: 1, max: 5 }),
  });
  const step = fc.oneof(
    fc.record({
      keep: fc.array(kept, { minLength: 1, maxLength: 8 }),
      repeats: fc.nat(5),
    }),
    fc.record({
      settle: fc.nat(6),
      state: fc.constantFrom(...REJECTION_STATES),
    }),
    fc.record({ limit: fc.nat(30) }),
    fc.record({ before: fc.nat(3) }),
  );

  it('equals what the rejections say, after any keeps, repeats, replays and evictions', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 8 }),
        async (steps) => {
          project = await makeProject(app);
          const all: Rejection[] = [];
          for (const each of steps) {
            if ('keep' in each) {
              const again = all.slice(0, each.repeats).map((known) => ({
                ...aRejection(),
                fingerprint: known.fingerprint,
              }));
              const fresh = each.keep.map(aRejection);
              all.push(...fresh);
              await keep([...fresh, ...again]);
            } else if ('settle' in each) {
              await settle(all.slice(-each.settle), each.state);
            } else if ('limit' in each) {
              await eviction.erase(NEVER, each.limit);
              expect((await stored()).length).toBeLessThanOrEqual(each.limit);
            } else {
              await eviction.erase(
                new Date(START + each.before * HOUR),
                100_000,
              );
            }
          }
          for (const state of [undefined, ...REJECTION_STATES]) {
            expect(numbersOf(await summary(state ? { state } : {}))).toEqual(
              await counted(state),
            );
          }
        },
      ),
      { numRuns: 40 },
    );
  }, 60_000);

  it('equals what the rejections say, after all of it at the same time', async () => {
    const trackers = ['custom', 'adjust', 'branch'];
    const all = Array.from({ length: 600 }, (_, i) =>
      aRejection({
        tracker: trackers[i % 3],
        faults: [`a f${i % 7}`, `b f${i % 5}`],
        hour: i % 4,
      }),
    );
    await keep(all.slice(0, 300));
    const groups = Array.from({ length: 12 }, (_, i) =>
      all.slice(i * 50, i * 50 + 50),
    );
    await Promise.all([
      inTurn(groups.slice(0, 9), keep),
      inTurn(groups.slice(3), keep),
      inTurn(
        groups.slice(0, 6).map((group) => group.toReversed()),
        settle,
      ),
      eviction.erase(NEVER, 250),
    ]);
    expect(numbersOf(await summary())).toEqual(await counted());
  });

  it.each<[Record<string, string>, string[]]>([
    [{}, ['c z', 'a x', 'b y']],
    [{ code: 'a' }, ['a x']],
    [{ field: 'y' }, ['b y']],
    [{ field: 'y', code: 'a' }, []],
    [{ tracker: 'adjust' }, ['c z']],
    [
      { code: 'invalid_postback', tracker: 'custom' },
      ['invalid_postback request'],
    ],
    [{ from: '2026-11-01T02:59:00Z' }, ['c z']],
    [{ to: '2026-11-01T02:00:00Z' }, ['a x', 'b y']],
    [{ to: '2026-11-01T02:00:01Z' }, ['c z', 'a x', 'b y']],
  ])(
    'is narrowed by %j, from and to by whole hours',
    async (query, expected) => {
      await keep([
        aRejection({ faults: ['a x', 'b y'] }),
        aRejection({ faults: ['c z'], tracker: 'adjust', hour: 2 }),
      ]);
      const found = await summary(query);
      expect(found.map(({ code, field }) => `${code} ${field}`)).toEqual(
        expected,
      );
    },
  );

  it('gives the newest rejection as the example', async () => {
    const [old, newest] = [aRejection(), aRejection({ hour: 1 })];
    // Two identifiers of one millisecond come in any order.
    const [first, second] = [old.rejection_id, newest.rejection_id].toSorted();
    old.rejection_id = first;
    newest.rejection_id = second;
    await keep([newest, old]);
    expect(await summary()).toMatchObject([
      { example_id: newest.rejection_id, example: newest.errors[0] },
    ]);
  });

  it('gives another example where the newest has another state', async () => {
    const [old, newest] = [aRejection(), aRejection()];
    await keep([old, newest]);
    await settle([newest]);
    expect(await summary({ state: 'open' })).toMatchObject([
      { example_id: old.rejection_id, open: 1 },
    ]);
  });

  it('counts a tracker by its name when it is known, and all others as one, whatever the code', async () => {
    await keep([
      aRejection({ tracker: 'made-up-1', code: 'invalid_encoding' }),
      aRejection({ tracker: 'made-up-2', code: 'invalid_encoding' }),
      aRejection({ tracker: 'keitaro', code: 'unknown_tracker' }),
    ]);
    expect(numbersOf(await summary())).toEqual([
      'unknown invalid_number cost 2 2 2',
      'keitaro invalid_number cost 1 1 1',
    ]);
  });

  it('counts rejections that were written past the counters, once they are compared', async () => {
    const all = [aRejection(), aRejection({ hour: 1 }), aRejection()];
    await keep(all);
    await app.db.query(
      `update rejection set state = 'installed', count = 3 where rejection_id = $1`,
      [all[0].rejection_id],
    );
    await app.db.query('delete from rejection where rejection_id = $1', [
      all[1].rejection_id,
    ]);
    await app.db.query(
      `insert into rejection
       select (jsonb_populate_record(r, jsonb_build_object('rejection_id', gen_random_uuid(), 'fingerprint', gen_random_uuid(), 'tracker', 'branch'))).*
       from rejection r where rejection_id = $1`,
      [all[2].rejection_id],
    );
    expect(numbersOf(await summary())).not.toEqual(await counted());
    await eviction.reconcile();
    expect(numbersOf(await summary())).toEqual(await counted());
  });
});

describe('the eviction', () => {
  it.each<[string, readonly Sent[], readonly number[], number, string[]]>([
    ['nothing below the limit', [{}, {}], [], 2, ['custom', 'custom']],
    [
      'what is settled first, though it is newer and of a small kind',
      [{}, {}, { tracker: 'adjust', hour: 1 }],
      [2],
      2,
      ['custom', 'custom'],
    ],
    [
      'the largest kind next, though it is newer',
      [{ tracker: 'adjust' }, { hour: 1 }, { hour: 1 }, { hour: 1 }],
      [],
      2,
      ['adjust', 'custom'],
    ],
    [
      'the largest kind by code as well',
      [
        { tracker: 'adjust', code: 'too_deep' },
        { tracker: 'branch', hour: 1 },
        { tracker: 'adjust', hour: 1 },
        { tracker: 'adjust', hour: 1 },
      ],
      [],
      3,
      ['adjust', 'branch', 'adjust'],
    ],
  ])('erases %s', async (_, sends, settled, limit, left) => {
    const all = sends.map(aRejection);
    await keep(all);
    await settle(settled.map((i) => all[i]));
    await eviction.erase(NEVER, limit);
    expect((await stored()).map(({ tracker }) => tracker)).toEqual(left);
  });

  it('erases the oldest of a kind', async () => {
    const all = Array.from({ length: 6 }, (_, hour) => aRejection({ hour }));
    await keep(all.toReversed());
    await eviction.erase(NEVER, 2);
    expect(await stored()).toMatchObject(
      all.slice(4).map(({ rejection_id }) => ({ rejection_id })),
    );
  });

  it('keeps one refused install of a tracker through a flood of another', async () => {
    const lost = aRejection({ tracker: 'adjust' });
    await keep([lost]);
    await keep(Array.from({ length: 2_500 }, () => aRejection({ hour: 1 })));
    await eviction.erase(NEVER, 100);
    const left = await stored();
    expect(left).toHaveLength(100);
    expect(left[0].rejection_id).toBe(lost.rejection_id);
  });

  it('erases nothing below the limit when the counters say too much', async () => {
    const all = Array.from({ length: 20 }, () => aRejection());
    await keep(all);
    // As an instance of a version before the counters does.
    await app.db.query('delete from rejection where rejection_id = any($1)', [
      all.slice(10).map(({ rejection_id }) => rejection_id),
    ]);
    await eviction.erase(NEVER, 10);
    expect(await stored()).toHaveLength(10);
  });

  it('leaves other projects as they are', async () => {
    await keep([aRejection()]);
    const quiet = project;
    project = await makeProject(app);
    await keep(Array.from({ length: 5 }, () => aRejection()));
    await eviction.erase(NEVER, 3);
    expect(await stored()).toHaveLength(3);
    project = quiet;
    expect(await stored()).toHaveLength(1);
  });

  it('passes over a rejection that somebody is changing', async () => {
    const [held, next] = [aRejection(), aRejection({ hour: 1 })];
    await keep([held, next]);
    await app.db.query('begin');
    await app.db.query(
      'select from rejection where rejection_id = $1 for update',
      [held.rejection_id],
    );
    await eviction.erase(NEVER, 1);
    await app.db.query('rollback');
    expect(await stored()).toMatchObject([{ rejection_id: held.rejection_id }]);
  });
});

it('a flood is evicted without waiting for the next minute', async () => {
  const limited = await startApp({ REJECTION_LIMIT: '10' });
  project = 1;
  const flood = Array.from({ length: 5_000 }, () => aRejection());
  await limited.app.get(RejectionRepository, { strict: false }).keep(flood, []);
  const left = await eventually(
    5_000,
    async () => {
      const { rows } = await limited.db.query<{ left: number }>(
        'select count(*)::int as left from rejection',
      );
      return rows[0].left;
    },
    (count) => count <= 10,
  );
  await limited.close();
  expect(left).toBe(10);
});
