import { randomUUID } from 'node:crypto';
import request, { type Response } from 'supertest';
import { startApp, type TestApp } from '../../support/app';
import {
  anInstall,
  CUSTOM,
  expectCreated,
  expectResult,
  type Fields,
  installCount,
  post,
  type Result,
  type Row,
  storedInstall,
} from '../../support/ingest';
import { expectFaults } from '../../support/problems';
import { makeKey, makeProject } from '../../support/management';

const UUID = '01234567-89ab-cdef-0123-456789abcdef';

describe('duplicates', () => {
  let app: TestApp;
  /** Another instance of the service, on the same database. */
  let second: TestApp;
  beforeAll(async () => {
    app = await startApp();
    second = await startApp({}, app.databaseUrl);
  });
  afterAll(async () => {
    await second.close();
    await app.close();
  });

  const record = async (fields: Fields, key?: string): Promise<Result> =>
    expectResult(await post(app, fields, key));

  const getWith = async (
    { server }: TestApp,
    fields: Fields,
  ): Promise<Response> =>
    request(server).get(CUSTOM).set('X-Api-Key', app.apiKey).query(fields);

  /** The same postback many times at once, GET and POST mixed, on these instances in turn. */
  const sendCopies = async (
    count: number,
    fields: Fields,
    ...instances: TestApp[]
  ): Promise<Result[]> => {
    const answers = await Promise.all(
      Array.from({ length: count }, (_, i) => {
        const instance = instances[i % instances.length];
        return Math.floor(i / instances.length) % 2 === 0
          ? getWith(instance, fields)
          : post(instance, fields, app.apiKey);
      }),
    );
    return answers.map((answer) => expectResult(answer));
  };

  /** One was created, all others are duplicates of it. */
  const expectOne = async (results: Result[], before: number) => {
    const created = results.filter(({ status }) => status === 'created');
    expect(created).toHaveLength(1);
    const [{ install_id, received_at }] = created;
    for (const result of results) {
      expect(result).toMatchObject({ install_id, received_at });
    }
    expect(await installCount(app)).toBe(before + 1);
    await storedInstall(app.db, install_id);
  };

  describe('of postbacks with an id', () => {
    it('are one install with the values of the first', async () => {
      const fields = anInstall({ cost: '1', campaign_name: 'First' });
      const first = await post(app, fields);
      const stored = await expectCreated(app, first);

      const again = await record({
        ...fields,
        cost: '2',
        campaign_name: undefined,
        country_code: 'US',
      });

      const { install_id, received_at } = expectResult(first);
      expect(again).toMatchObject({
        status: 'duplicate',
        install_id,
        received_at,
      });
      expect(again.differs?.toSorted()).toEqual([
        'campaign_name',
        'cost',
        'country_code',
      ]);
      expect(await storedInstall(app.db, install_id)).toEqual(stored);
    });

    it('report no differences for identical values', async () => {
      const fields = anInstall({
        install_timestamp: '2019-01-02 18:01:23',
        cost: '0.12',
        ios_ifa: UUID,
        country_code: 'US',
      });
      await record(fields);
      expect(await record(fields)).toMatchObject({
        status: 'duplicate',
        differs: [],
      });
    });

    it('report no difference for times that were not sent', async () => {
      const fields = anInstall();
      await record(fields);
      expect(await record(fields)).toMatchObject({
        status: 'duplicate',
        differs: [],
      });
    });

    it.each([
      ['publisher_name', 'Other'],
      ['user_id', 'Player-42'],
      ['install_timestamp', '2019-01-02 18:01:24'],
      ['click_timestamp', '2019-01-02 18:01:23.001'],
      ['event_name', 'install'],
      ['cost', '0'],
      ['windows_aid', UUID],
    ])('report a difference in %s', async (name, value) => {
      const fields = anInstall({
        install_timestamp: '2019-01-02 18:01:23',
        click_timestamp: '2019-01-02 18:01:23',
      });
      await record(fields);
      expect(await record({ ...fields, [name]: value })).toMatchObject({
        status: 'duplicate',
        differs: [name],
      });
    });

    it('report no difference for another notation of the same value', async () => {
      const fields = anInstall({
        install_timestamp: '2019-01-02T18:01:23+00:00',
        ios_ifa: UUID,
        country_code: 'GB',
        cost: '0.12',
      });
      await record(fields);
      const again = await record({
        ...fields,
        install_timestamp: '1546452083',
        ios_ifa: UUID.toUpperCase(),
        country_code: 'uk',
        cost: '12e-2',
        publisher_name: ' Publisher ',
      });
      expect(again).toMatchObject({ status: 'duplicate', differs: [] });
    });

    it('get the same warnings as new installs', async () => {
      const fields = anInstall();
      await record(fields);
      const again = await record({ ...fields, unknown: 'x' });
      expect(again).toMatchObject({
        status: 'duplicate',
        warnings: [{ field: 'unknown', code: 'unknown_field' }],
      });
    });

    it('are recognised after any time', async () => {
      const fields = anInstall();
      const { install_id } = await record(fields);
      await app.db.query(
        `update install set received_at = '2016-02-29 12:00:00.123Z' where install_id = $1`,
        [install_id],
      );
      expect(await record(fields)).toMatchObject({
        status: 'duplicate',
        install_id,
        received_at: '2016-02-29T12:00:00.123Z',
      });
    });

    it('are recognised across the keys of a project', async () => {
      const fields = anInstall();
      const { install_id } = await record(fields);
      const { key } = await makeKey(app);
      expect(await record(fields, key)).toMatchObject({
        status: 'duplicate',
        install_id,
      });
    });

    it('are not recognised across projects', async () => {
      const fields = anInstall({ install_timestamp: '2019-01-02 18:01:23' });
      const { install_id } = await record(fields);
      const project = await makeProject(app);
      const { key } = await makeKey(app, {}, project);
      const elsewhere = await record(fields, key);
      expect(elsewhere.status).toBe('created');
      expect(elsewhere.install_id).not.toBe(install_id);
      expect(await storedInstall(app.db, elsewhere.install_id)).toMatchObject({
        project_id: project,
      });
      expect(await record(fields, key)).toMatchObject({
        status: 'duplicate',
        install_id: elsewhere.install_id,
      });
    });

    it('are recognised by the id only', async () => {
      const { id: _, ...fields } = anInstall({
        install_timestamp: '2019-01-02 18:01:23',
        s_ad: randomUUID(),
      });
      const results = [
        await record(fields),
        await record({ ...fields, id: randomUUID() }),
        await record({ ...fields, id: randomUUID() }),
      ];
      expect(results.map(({ status }) => status)).toEqual([
        'created',
        'created',
        'created',
      ]);
    });

    it('are rejected if they are invalid', async () => {
      const fields = anInstall();
      await record(fields);
      const answer = await post(app, { ...fields, cost: 'x' });
      expect(expectFaults(app, answer)).toEqual(['cost: invalid_number']);
    });

    it('are recognised among 200 concurrent requests', async () => {
      const before = await installCount(app);
      const results = await sendCopies(
        200,
        anInstall({ install_timestamp: '2019-01-02 18:01:23' }),
        app,
      );
      expect(results).toHaveLength(200);
      await expectOne(results, before);
    });

    it('are recognised among 200 concurrent requests that all differ', async () => {
      const before = await installCount(app);
      const fields = anInstall();
      const answers = await Promise.all(
        Array.from({ length: 200 }, (_, i) =>
          post(app, { ...fields, campaign_name: `Campaign ${i}` }),
        ),
      );
      const results = answers.map((answer) => expectResult(answer));
      await expectOne(results, before);
      const winner = results.findIndex(({ status }) => status === 'created');
      const row = await storedInstall(app.db, results[winner].install_id);
      expect(row.campaign_name).toBe(`Campaign ${winner}`);
      for (const { differs } of results.filter((_, i) => i !== winner)) {
        expect(differs).toEqual(['campaign_name']);
      }
    });
  });

  describe('on two instances', () => {
    it('are one install', async () => {
      const fields = anInstall();
      const { install_id, received_at } = await record(fields);
      const elsewhere = expectResult(await post(second, fields, app.apiKey));
      expect(elsewhere).toMatchObject({
        status: 'duplicate',
        install_id,
        received_at,
      });
    });

    it.each<[string, () => Fields]>([
      ['with an id', () => anInstall()],
      [
        'without one',
        () => ({
          publisher_name: 'P',
          user_id: randomUUID(),
          install_timestamp: '2019-01-02 18:01:23',
        }),
      ],
    ])(
      'are recognised when both instances get many concurrently: %s',
      async (_, fields) => {
        const before = await installCount(app);
        await expectOne(await sendCopies(100, fields(), app, second), before);
      },
    );

    it('result in one install for each id, in any order', async () => {
      const ids = Array.from({ length: 25 }, () => randomUUID());
      const sent = [...ids, ...ids.toReversed(), ...ids, ...ids.toReversed()];
      const results = await Promise.all(
        sent.map(async (id, i) =>
          expectResult(
            await post(i % 2 ? app : second, anInstall({ id }), app.apiKey),
          ),
        ),
      );
      const created = results.filter(({ status }) => status === 'created');
      expect(created).toHaveLength(ids.length);
      const { rows } = await app.db.query<Row>(
        'select install_id from install where id = any($1)',
        [ids],
      );
      expect(new Set(rows.map(({ install_id }) => install_id))).toEqual(
        new Set(created.map(({ install_id }) => install_id)),
      );
      expect(rows).toHaveLength(ids.length);
    });
  });
});
