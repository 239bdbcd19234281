import { randomUUID } from 'node:crypto';
import request, { type Response } from 'supertest';
import { startApp, type TestApp } from '../../support/app';
import { FIELDS } from '../../support/fields';
import {
  CUSTOM,
  expectResult,
  type Fields,
  installCount,
  post,
  type Result,
  storedInstall,
} from '../../support/ingest';
import {
  call,
  eventually,
  makeKey,
  makeProject,
} from '../../support/management';

const UUID = '01234567-89ab-cdef-0123-456789abcdef';

/** Without `id`, and like no other. */
const aRecognisable = (fields: Fields = {}): Fields => ({
  publisher_name: 'Publisher',
  user_id: randomUUID(),
  install_timestamp: '2019-01-02 18:01:23',
  ...fields,
});

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

  describe('of postbacks without id, with install_timestamp', () => {
    it('are one install', async () => {
      const fields = aRecognisable();
      const { status, install_id, received_at } = await record(fields);
      expect(status).toBe('created');
      expect(await record(fields)).toEqual({
        status: 'duplicate',
        install_id,
        received_at,
        differs: [],
        warnings: [],
      });
    });

    const full: Fields = {
      install_timestamp: '2019-01-02 18:01:23',
      click_timestamp: '2019-01-02 18:01:01',
      country_code: 'US',
      event_name: 'install',
      cost: '0.12',
      ios_ifa: UUID,
      ios_ifv: UUID,
      google_aid: UUID,
      windows_aid: UUID,
    };
    const other: Fields = {
      install_timestamp: '2019-01-02 18:01:23.001',
      click_timestamp: '2019-01-02 18:01:00.999',
      country_code: 'CA',
      // A fixed value: it is there or not.
      event_name: undefined,
      cost: '0.120001',
      ios_ifa: UUID.replace('0', '1'),
      ios_ifv: UUID.replace('0', '1'),
      google_aid: UUID.replace('0', '1'),
      windows_aid: UUID.replace('0', '1'),
    };
    const compared = FIELDS.filter((name) => name !== 'id');

    it.each(compared)('are not recognised when %s differs', async (name) => {
      const unique = randomUUID();
      const fields = {
        ...Object.fromEntries(compared.map((field) => [field, unique])),
        ...full,
      };
      const changed = {
        ...fields,
        [name]: name in other ? other[name] : `${unique} `.toUpperCase() + '!',
      };
      const one = await record(fields);
      const two = await record(changed);
      expect([one.status, two.status]).toEqual(['created', 'created']);
      expect(await record(fields)).toMatchObject({
        status: 'duplicate',
        install_id: one.install_id,
      });
      expect(await record(changed)).toMatchObject({
        status: 'duplicate',
        install_id: two.install_id,
      });
    });

    it('are not recognised when a value moves to another field', async () => {
      const unique = randomUUID();
      const one = await record(aRecognisable({ user_id: 'u', s_ad: unique }));
      const two = await record(aRecognisable({ user_id: 'u', s_site: unique }));
      expect([one.status, two.status]).toEqual(['created', 'created']);
    });

    it.each<[string, Fields, Fields]>([
      [
        'a UUID in upper case',
        { ios_ifa: UUID },
        { ios_ifa: UUID.toUpperCase() },
      ],
      [
        'a UUID in another form',
        { ios_ifa: UUID },
        { ios_ifa: '0123456789ab-cdef-0123-456789abcdef' },
      ],
      [
        'a UUID of digits only',
        { ios_ifa: UUID },
        { ios_ifa: UUID.replaceAll('-', '') },
      ],
      [
        'a country in lower case',
        { country_code: 'US' },
        { country_code: 'us' },
      ],
      ['UK for GB', { country_code: 'GB' }, { country_code: 'UK' }],
      [
        'an event in upper case',
        { event_name: 'install' },
        { event_name: 'INSTALL' },
      ],
      [
        'a time in another zone',
        {},
        { install_timestamp: '2019-01-02T20:01:23+02:00' },
      ],
      ['a Unix time', {}, { install_timestamp: '1546452083' }],
      [
        'a time with more than milliseconds',
        { install_timestamp: '2019-01-02 18:01:23.123' },
        { install_timestamp: '2019-01-02 18:01:23.123000' },
      ],
      ['a cost in another form', { cost: '0.12' }, { cost: '+1.2e-1' }],
      ['a cost as a number', { cost: '0.12' }, { cost: 0.12 }],
      ['white space around', {}, { publisher_name: '\tPublisher ' }],
      [
        'a field that means nothing',
        {},
        {
          campaign_name: '{campaign}',
          os_id: '',
          ios_ifv: '0'.repeat(32),
          cost: null,
        },
      ],
      ['an unknown field', {}, { unknown: randomUUID() }],
      ['another order', { s_ad: 'a', s_site: 'b' }, { s_site: 'b', s_ad: 'a' }],
    ])('are recognised with %s', async (_, first, again) => {
      const fields = aRecognisable(first);
      const { status, install_id } = await record(fields);
      expect(status).toBe('created');
      expect(await record({ ...again, ...fields, ...again })).toMatchObject({
        status: 'duplicate',
        install_id,
        differs: [],
      });
    });

    it('are not recognised when the letter case of a text differs', async () => {
      const fields = aRecognisable({ os_id: 'abc', campaign_name: 'Campaign' });
      const results = [
        await record(fields),
        await record({ ...fields, os_id: 'ABC' }),
        await record({ ...fields, campaign_name: 'CAMPAIGN' }),
      ];
      expect(results.map(({ status }) => status)).toEqual([
        'created',
        'created',
        'created',
      ]);
    });

    it('are not recognised across projects', async () => {
      const fields = aRecognisable();
      await record(fields);
      const { key } = await makeKey(app, {}, await makeProject(app));
      expect((await record(fields, key)).status).toBe('created');
      expect((await record(fields, key)).status).toBe('duplicate');
    });

    it('are recognised among 100 concurrent requests', async () => {
      const before = await installCount(app);
      await expectOne(await sendCopies(100, aRecognisable(), app), before);
    });

    it('are all stored if the project turned this off', async () => {
      const project = await makeProject(app, { dedupe_without_id: false });
      const { key } = await makeKey(app, {}, project);
      const fields = aRecognisable();
      const [one, two] = [await record(fields, key), await record(fields, key)];
      expect([one.status, two.status]).toEqual(['created', 'created']);
      expect(one.install_id).not.toBe(two.install_id);

      const withId = { ...fields, id: randomUUID() };
      await record(withId, key);
      expect((await record(withId, key)).status).toBe('duplicate');
    });

    it("follow a change of the project's setting", async () => {
      const project = await makeProject(app);
      const { key } = await makeKey(app, {}, project);
      const fields = aRecognisable();
      const first = await record(fields, key);
      expect((await record(fields, key)).status).toBe('duplicate');

      await call(app, 'patch', `/v1/projects/${project}`)
        .send({
          dedupe_without_id: false,
        })
        .expect(200);
      // The instances hear of it a moment later.
      await soon(() => record(fields, key), 'created');
      expect((await record(fields, key)).status).toBe('created');

      await call(app, 'patch', `/v1/projects/${project}`)
        .send({
          dedupe_without_id: true,
        })
        .expect(200);
      const again = await soon(() => record(fields, key), 'duplicate');
      expect(again.install_id).toBe(first.install_id);
    });

    it('can be turned off for the first project', async () => {
      const path = '/v1/projects/1';
      const fields = aRecognisable();
      await record(fields);
      await call(app, 'patch', path)
        .send({ dedupe_without_id: false })
        .expect(200);
      await soon(() => record(fields), 'created');
      await call(app, 'patch', path)
        .send({ dedupe_without_id: true })
        .expect(200);
      await soon(() => record(fields), 'duplicate');
    });
  });

  describe('of postbacks without id and install_timestamp', () => {
    it.each<[string, Fields]>([
      ['no time', {}],
      ['only a click', { click_timestamp: '2019-01-02 18:01:23' }],
      ['a time that means nothing', { install_timestamp: '{install_time}' }],
      ['an empty time', { install_timestamp: '' }],
      ['an id that means nothing', { id: 'null' }],
    ])('are all stored: %s', async (_, given) => {
      const fields = { publisher_name: 'P', user_id: 'u', ...given };
      const results = [
        await record(fields),
        await record(fields),
        await record(fields),
      ];
      for (const { status } of results) expect(status).toBe('created');
      expect(new Set(results.map(({ install_id }) => install_id)).size).toBe(3);
    });

    it('are all stored when they are concurrent', async () => {
      const before = await installCount(app);
      const results = await sendCopies(
        20,
        { publisher_name: 'P', user_id: 'u' },
        app,
      );
      for (const { status } of results) expect(status).toBe('created');
      expect(await installCount(app)).toBe(before + 20);
    });
  });
});

/** Asks until the answer is so; fails after five seconds. */
const soon = (ask: () => Promise<Result>, status: string): Promise<Result> =>
  eventually(5_000, ask, (result) => result.status === status);
