import { startApp, type TestApp } from '../../support/app';
import {
  aForm,
  anInstall,
  CUSTOM,
  exchange,
  expectCreated,
  expectResult,
  type Fields,
  installCount,
  post,
} from '../../support/ingest';
import { expectFaults } from '../../support/problems';

const UUID = '01234567-89ab-cdef-0123-456789abcdef';

/** JSON of an install, with a member written as it is. */
const withMember = (name: string, json: string, fields = anInstall()) => {
  const { [name]: _, ...others } = fields;
  return `${JSON.stringify(others).slice(0, -1)},"${name}":${json}}`;
};

const costTwice = (one: string, other: string) =>
  withMember('cost', `${one},"cost":${other}`);

describe('the fields of a postback', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());

  const get = (query: string) =>
    exchange(app.origin, {
      path: `${CUSTOM}?${query}`,
      headers: { 'X-Api-Key': app.apiKey },
    });
  /** What is warned of. */
  const warned = async (fields: Fields | string) => {
    const { warnings } = expectResult(await post(app, fields));
    return warnings.map(({ field, code, message }) => {
      expect(message).toMatch(/\S/);
      return `${field}: ${code}`;
    });
  };
  /** The faults that a postback is refused for; nothing of it is stored. */
  const refused = async (fields: Fields | string) => {
    const before = await installCount(app);
    const faults = expectFaults(app, await post(app, fields));
    expect(await installCount(app)).toBe(before);
    return faults;
  };

  describe('sent twice', () => {
    it.each([
      [
        'the same text',
        'campaign_name=a&campaign_name=a',
        'campaign_name',
        'a',
      ],
      [
        'the same but for white space',
        'campaign_name=a&campaign_name=+a+',
        'campaign_name',
        'a',
      ],
      [
        'a value and nothing',
        'campaign_name=a&campaign_name=',
        'campaign_name',
        'a',
      ],
      ['the same UUID', `ios_ifa=${UUID}&ios_ifa=${UUID}`, 'ios_ifa', UUID],
    ])(
      'with the same value in a query are one value: %s',
      async (_, query, name, value) => {
        const answer = await get(`${aForm()}&${query}`);
        expect((await expectCreated(app, answer))[name]).toBe(value);
      },
    );

    it.each([
      ['campaign_name', 'a', 'b'],
      ['campaign_name', 'a', 'A'],
      ['os_id', 'a', 'A'],
      ['country_code', 'US', 'DE'],
      ['cost', '1', '2'],
      ['install_timestamp', '2019-01-02 18:01:23', '2019-01-02 18:01:24'],
      ['ios_ifa', UUID, UUID.replace('0', '1')],
    ])(
      '%s with different values in a query are rejected',
      async (name, one, other) => {
        const before = await installCount(app);
        const repeats = new URLSearchParams([
          [name, one],
          [name, other],
        ]);
        const answer = await get(`${aForm()}&${repeats.toString()}`);
        expect(expectFaults(app, answer)).toEqual([
          `${name}: conflicting_values`,
        ]);
        expect(await installCount(app)).toBe(before);
      },
    );

    it.each([
      ['JSON', 'application/json', '{"campaign_name":"a"}'],
      ['a form', 'application/x-www-form-urlencoded', 'campaign_name=a'],
    ])('in the query and in %s follow the same rule', async (_, type, body) => {
      const send = (query: string) =>
        exchange(app.origin, {
          method: 'POST',
          path: `${CUSTOM}?${aForm()}&${query}`,
          headers: { 'X-Api-Key': app.apiKey, 'Content-Type': type },
          body,
        });
      const same = await send('campaign_name=a');
      expect((await expectCreated(app, same)).campaign_name).toBe('a');
      const other = await send('campaign_name=b');
      expect(expectFaults(app, other)).toEqual([
        'campaign_name: conflicting_values',
      ]);
    });

    it('in JSON follow the same rule', async () => {
      const same = await post(app, costTwice('0.5', '"0.5"'));
      expect((await expectCreated(app, same)).cost).toBe('0.500000');
      expect(await refused(costTwice('0.5', '0.6'))).toEqual([
        'cost: conflicting_values',
      ]);
    });

    it('are accepted if the field is unknown', async () => {
      const answer = await get(`${aForm()}&unknown=a&unknown=b`);
      await expectCreated(app, answer);
      expect(expectResult(answer).warnings).toMatchObject([
        { field: 'unknown', code: 'unknown_field' },
      ]);
    });
  });

  describe('that are unknown', () => {
    const names = Array.from({ length: 25 }, (_, i) => `unknown_${i}`);

    it('get warnings, for the first 20', async () => {
      const fields = Object.fromEntries(names.map((name) => [name, 'x']));
      expect(await warned(anInstall(fields))).toEqual(
        names.slice(0, 20).map((name) => `${name}: unknown_field`),
      );
    });

    it.each([
      ['true', true],
      ['an array', [1, [2]]],
      ['an object', { a: { b: null } }],
      ['null', null],
      ['a control character', '\0'],
      ['a long text', 'x'.repeat(2_000)],
    ])('may have any value: %s', async (_, value) => {
      expect(await warned(anInstall({ unknown: value }))).toEqual([
        'unknown: unknown_field',
      ]);
    });

    it.each([
      '__proto__',
      'constructor',
      'prototype',
      'hasOwnProperty',
      'toString',
      'valueOf',
      '__proto__[polluted]',
      'constructor[prototype][polluted]',
      'a[b]',
      'a[]',
      'publisher_name[]',
      'publisher_name.first',
      '$where',
      '\u{1F600}',
      'a"b\\c',
    ])('may be named %s', async (name) => {
      const json = withMember(
        JSON.stringify(name).slice(1, -1),
        '{"polluted":true}',
      );
      expect(await warned(json)).toEqual([`${name}: unknown_field`]);
      const form = `${aForm()}&${encodeURIComponent(name)}=polluted`;
      const answer = await get(form);
      await expectCreated(app, answer);
      expect(expectResult(answer).warnings).toMatchObject([{ field: name }]);
      expect({}).not.toHaveProperty('polluted');
    });

    it.each([
      ['project_id', '2'],
      ['install_id', UUID],
      ['received_at', '2019-01-02 18:01:23'],
      ['tracker', 'adjust'],
      ['fingerprint', UUID],
      ['identifiers', 'x'],
    ])('include columns that are not fields: %s', async (name, value) => {
      for (const answer of [
        await post(app, anInstall({ [name]: value })),
        await get(aForm({ [name]: value })),
      ]) {
        expect(expectResult(answer).warnings).toMatchObject([
          { field: name, code: 'unknown_field' },
        ]);
        const row = await expectCreated(app, answer);
        expect(row).toMatchObject({
          project_id: 1,
          tracker: 'custom',
          fingerprint: null,
        });
        expect(Object.values(row)).not.toContain(value);
        expect(Number(row.received_at)).toBeGreaterThan(Date.now() - 60_000);
      }
    });

    it('are not identifiers', async () => {
      expect(await refused({ publisher_name: 'P', identifiers: 'x' })).toEqual([
        expect.stringMatching(/: no_identifier$/),
      ]);
    });
  });
});
