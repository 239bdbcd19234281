import { randomUUID } from 'node:crypto';
import request, { type Response } from 'supertest';
import type {
  BatchResultDto,
  VerdictDto,
} from '../../../src/postback/dto/batch-result.dto';
import { startApp, type TestApp } from '../../support/app';
import { anInstall, CUSTOM, post } from '../../support/ingest';
import { type Problem } from '../../support/problems';
import { makeKey } from '../../support/management';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});

afterAll(() => app.close());

const NDJSON = 'application/x-ndjson';

const send = (
  body: string,
  { type = 'application/json', path = CUSTOM, key = app.apiKey } = {},
): PromiseLike<Response> =>
  request(app.server)
    .post(`${path}/batch`)
    .set('X-Api-Key', key)
    .set('Content-Type', type)
    .send(body);

async function verdicts(body: string, options = {}): Promise<VerdictDto[]> {
  const answer = await send(body, options);
  expect(answer.status).toBe(200);
  return (answer.body as BatchResultDto).results;
}

const inOneWord = ({ status, body }: VerdictDto) =>
  `${status} ${'code' in body ? body.code : body.status}`;

const many = (count: number) =>
  Array.from({ length: count }, () => anInstall());

async function countStored(ids: unknown[]): Promise<number> {
  const { rowCount } = await app.db.query(
    'select from install where id = any($1)',
    [ids],
  );
  return rowCount!;
}

/** Resolves when so many groups wait for a lock; unlike `pg_stat_activity`, `pg_locks` changes within a transaction. */
async function untilWriting(groups: number): Promise<void> {
  let waiting: number | null = 0;
  while (waiting !== groups) {
    ({ rowCount: waiting } = await app.db.query(
      `select from pg_locks join pg_database on pg_database.oid = database
       where datname = current_database() and not granted`,
    ));
  }
}

describe('POST /batch', () => {
  it.each([
    ['a JSON array', JSON.stringify, 'application/json'],
    [
      'a postback a line',
      (all: object[]) =>
        all.map((each) => `${JSON.stringify(each)}\r\n`).join(''),
      NDJSON,
    ],
  ])(
    'as %s returns a result for each postback, in order',
    async (_, write, type) => {
      const [first, second] = many(2);
      const sent = [first, { publisher_name: 'P' }, first, second];
      const results = await verdicts(write(sent), { type });
      expect(results.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
      expect(results.map(inOneWord)).toEqual([
        '200 created',
        '400 invalid_postback',
        '200 duplicate',
        '200 created',
      ]);
      expect(await countStored([first.id, second.id])).toBe(2);
    },
  );

  it('returns for each postback the result of a single request', async () => {
    const bad = { cost: '1,5' };
    const [{ body }] = await verdicts(JSON.stringify([bad]));
    const alone = (await post(app, bad)).body as Problem;
    expect(body).toEqual({ ...alone, request_id: expect.any(String) });
  });

  it('stores a thousand postbacks', async () => {
    const sent = many(1_000);
    const results = await verdicts(JSON.stringify(sent));
    expect(results.every((each) => inOneWord(each) === '200 created')).toBe(
      true,
    );
    expect(await countStored(sent.map(({ id }) => id))).toBe(1_000);
  });

  it('accepts an empty batch', async () => {
    expect(await verdicts('[]')).toEqual([]);
    expect(await verdicts('\n', { type: NDJSON })).toEqual([]);
  });

  it('rejects more than a thousand postbacks, and stores none', async () => {
    const sent = many(1_001);
    const answer = await send(JSON.stringify(sent));
    expect(answer.body).toMatchObject({
      status: 413,
      code: 'payload_too_large',
      detail: expect.stringContaining('1000'),
    });
    expect(await countStored(sent.map(({ id }) => id))).toBe(0);
  });

  it('rejects a body above 1 MiB', async () => {
    const answer = await send(JSON.stringify(['x'.repeat(2 ** 20)]));
    expect(answer.body).toMatchObject({
      code: 'payload_too_large',
      detail: expect.stringContaining('1024 KiB'),
    });
  });

  it.each([
    ['cut short', '[{"a":1}', 'application/json', 'malformed_json'],
    ['a single postback', '{"a":1}', 'application/json', 'malformed_json'],
    [
      'a form',
      'a=1',
      'application/x-www-form-urlencoded',
      'unsupported_media_type',
    ],
    [
      'another charset',
      '[]',
      'application/json; charset=latin1',
      'unsupported_media_type',
    ],
  ])('rejects a body that is %s', async (_, body, type, code) => {
    expect((await send(body, { type })).body).toMatchObject({ code });
  });

  it.each([
    ['no object', '7', 'malformed_json'],
    ['no JSON', '{"a":1 "b":2}', 'malformed_json'],
    ['nested too deeply', `{"a":${'['.repeat(9)}${']'.repeat(9)}}`, 'too_deep'],
    ['too long', `{"a":"${'x'.repeat(33_000)}"}`, 'payload_too_large'],
    [
      'of too many fields',
      JSON.stringify(
        Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`x${i}`, 1])),
      ),
      'too_many_fields',
    ],
  ])(
    'rejects a postback that is %s, and stores the others',
    async (_, bad, code) => {
      const good = anInstall();
      const results = await verdicts(`[${bad},${JSON.stringify(good)}]`);
      expect(results.map(inOneWord)).toEqual([
        expect.stringContaining(code),
        '200 created',
      ]);
    },
  );

  it('stores every digit of a number', async () => {
    const id = '12345678901234567890';
    await verdicts(`[{"id":${id},"publisher_name":"P","user_id":"u"}]`);
    expect(await countStored([id])).toBe(1);
  });

  it('accepts the messages of a tracker', async () => {
    const id = randomUUID();
    const results = await verdicts(
      JSON.stringify([
        { id, name: 'INSTALL', user_data: { developer_identity: 'u' } },
        { id, name: 'OPEN' },
      ]),
      { path: '/track/install/v1/branch' },
    );
    expect(results.map(inOneWord)).toEqual(['200 created', '200 ignored']);
  });

  it('never returns the key', async () => {
    const answer = await send(JSON.stringify([{ [app.apiKey]: '1' }]));
    expect(answer.text).not.toContain(app.apiKey);
  });

  it('returns 503 with the results if some postbacks could not be stored', async () => {
    const sent = anInstall();
    await app.db.query('begin; lock table install in access exclusive mode');
    const answer = await send(JSON.stringify([sent, { cost: 'x' }])).then(
      (each) => each,
    );
    await app.db.query('rollback');
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBe('1');
    expect(answer.body).toMatchObject({
      code: 'overloaded',
      results: [{ status: 503 }, { status: 400 }],
    });
    expect(await countStored([sent.id])).toBe(0);
  });

  it('waits for other batches, and does not start after its deadline', async () => {
    const [last] = many(1);
    await app.db.query('begin; lock table install in access exclusive mode');
    const { key } = await makeKey(app);
    const long = Promise.all(
      [app.apiKey, app.apiKey, key].map((each) =>
        send(JSON.stringify(many(1_000)), { key: each }),
      ),
    );
    await untilWriting(3);
    const { status, headers, body } = await send(JSON.stringify([last]));
    await app.db.query('rollback');
    expect(status).toBe(503);
    expect(headers['retry-after']).toBe('1');
    expect(body).toMatchObject({ code: 'overloaded' });
    expect(body).not.toHaveProperty('results');
    for (const { body: each } of await long) {
      expect((each as BatchResultDto).results).toHaveLength(1_000);
    }
    const [verdict] = await verdicts(JSON.stringify([last]));
    expect(inOneWord(verdict)).toBe('200 created');
  });

  it('does not delay the batches of another key', async () => {
    const { key } = await makeKey(app);
    await app.db.query('begin; lock table install in access exclusive mode');
    // Two are being written, 16 wait, the others find no place.
    const neighbour = Array.from({ length: 24 }, async () =>
      send(JSON.stringify(many(1))),
    );
    const refused = await Promise.any(
      neighbour.map(async (answer) => {
        expect((await answer).status).toBe(503);
        return answer;
      }),
    );
    expect(refused.body).toMatchObject({ code: 'overloaded' });
    // It is refused, so it needs nothing that is locked.
    const [verdict] = await verdicts('[{}]', { key });
    expect(inOneWord(verdict)).toBe('400 invalid_postback');
    await app.db.query('rollback');
    await Promise.all(neighbour);
  });

  it('requires a key and POST', async () => {
    await request(app.server).post(`${CUSTOM}/batch`).send([]).expect(401);
    await request(app.server)
      .get(`${CUSTOM}/batch`)
      .query({ apikey: app.apiKey })
      .expect(405);
  });
});
