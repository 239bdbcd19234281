import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { startApp, type TestApp } from '../../support/app';
import { call } from '../../support/management';
import { expectInvalidFields } from '../../support/problems';

const NO_UUID = 'not-a-uuid';

let app: TestApp;

beforeAll(async () => {
  app = await startApp({ BAD_KEY_LIMIT: '1000000' });
});

afterAll(() => app.close());

const cursorOf = (value: unknown) =>
  Buffer.from(JSON.stringify(value)).toString('base64url');

describe('lists of the management API', () => {
  const LISTS = [
    '/v1/projects',
    '/v1/projects/1/keys',
    '/v1/projects/1/installs',
  ];

  it.each(LISTS.flatMap((path) => ['1', '500'].map((limit) => [path, limit])))(
    '%s accepts limit %s',
    async (path, limit) => {
      const { body } = await call(app, 'get', path)
        .query({ limit })
        .expect(200);
      expect(Object.keys(body as object).toSorted()).toEqual([
        'data',
        'next_cursor',
      ]);
    },
  );

  it.each(
    LISTS.flatMap((path) =>
      [
        '0',
        '501',
        '-1',
        '1.5',
        'x',
        '',
        'NaN',
        'Infinity',
        '1e9',
        '99999999999999999999',
      ].map((limit) => [path, limit]),
    ),
  )('%s rejects limit "%s"', async (path, limit) => {
    const answer = await call(app, 'get', path).query({ limit });
    expect(expectInvalidFields(app, answer)).toEqual(['limit']);
  });

  const FORGED = [
    'x',
    '',
    '%',
    'null',
    '💥',
    'x'.repeat(3_000),
    cursorOf(null),
    cursorOf([]),
    cursorOf({}),
    cursorOf([null]),
    cursorOf([null, null]),
    cursorOf(['x']),
    cursorOf(['x', 'x']),
    cursorOf([{ $gt: 1 }, { $gt: 1 }]),
    cursorOf(["1' or true --", "1' or true --"]),
    cursorOf(['2026-11-23T12:00:00.000Z', NO_UUID]),
    cursorOf(['infinity', randomUUID()]),
    cursorOf(['2026-02-30T00:00:00Z', randomUUID()]),
    cursorOf([-1]),
    cursorOf([1.5]),
    cursorOf([99999999999]),
    cursorOf(['\u0000', '\u0000']),
    cursorOf({ length: 2, 0: 1, 1: 1 }),
    Buffer.from('[1,').toString('base64url'),
    Buffer.from([0xff, 0xfe]).toString('base64url'),
  ];

  it.each(LISTS.flatMap((path) => FORGED.map((cursor) => [path, cursor])))(
    '%s rejects a forged cursor: %.40s',
    async (path, cursor) => {
      const answer = await call(app, 'get', path).query({ cursor });
      expect(expectInvalidFields(app, answer)).toEqual(['cursor']);
    },
  );

  it('reject any other cursor, without a 5xx', async () => {
    const cursors = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json().map((json) => Buffer.from(json).toString('base64url')),
      fc
        .array(
          fc.oneof(
            fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
            fc.uuid(),
            fc.integer(),
          ),
        )
        .map(cursorOf),
    );
    await fc.assert(
      fc.asyncProperty(
        cursors,
        fc.constantFrom(...LISTS),
        async (cursor, path) => {
          const { status } = await call(app, 'get', path).query({ cursor });
          expect([200, 400]).toContain(status);
        },
      ),
      { numRuns: 100 },
    );
  });

  it.each(LISTS)('%s rejects an unknown parameter', async (path) => {
    const answer = await call(app, 'get', path).query({
      offset: '1',
      sort: 'name',
    });
    expect(expectInvalidFields(app, answer)).toEqual(['offset', 'sort']);
  });

  it.each(LISTS)('%s rejects a repeated parameter', async (path) => {
    const answer = await call(app, 'get', `${path}?limit=1&limit=2`);
    expect(expectInvalidFields(app, answer)).toEqual(['limit']);
  });
});
