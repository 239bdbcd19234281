import { startApp, type TestApp } from './support/app';
import {
  aForm,
  anInstall,
  CUSTOM,
  exchange,
  expectCreated,
  expectFaults,
  expectProblem,
  expectResult,
  FIELDS,
  type Fields,
  installCount,
  KEY_TEXT_FIELDS,
  post,
  TEXT_FIELDS,
  TIME_FIELDS,
  UUID_FIELDS,
} from './support/ingest';

const DAY = 24 * 60 * 60;
const UUID = '01234567-89ab-cdef-0123-456789abcdef';

/** JSON of an install, with a member written as it is. */
const withMember = (name: string, json: string, fields = anInstall()) => {
  const { [name]: _, ...others } = fields;
  return `${JSON.stringify(others).slice(0, -1)},"${name}":${json}}`;
};

const costTwice = (one: string, other: string) =>
  withMember('cost', `${one},"cost":${other}`);
const isTime = (name: string) => TIME_FIELDS.includes(name);

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
  /** What is stored of a field that was sent with this value. */
  const stored = async (name: string, value: unknown) => {
    const answer = await post(app, anInstall({ [name]: value }));
    return (await expectCreated(app, answer))[name];
  };
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

  describe('of the table', () => {
    const sent: Record<string, string> = {
      ...Object.fromEntries(
        [...TEXT_FIELDS, ...KEY_TEXT_FIELDS].map((name) => [name, `a ${name}`]),
      ),
      ...Object.fromEntries(
        UUID_FIELDS.map((name, i) => [name, UUID.replace('8', String(i))]),
      ),
      install_timestamp: '2020-02-29 12:34:56.789',
      click_timestamp: '2020-02-28 01:02:03.004',
      country_code: 'DE',
      event_name: 'install',
      cost: '1.25',
    };

    it('are all stored under their own names', async () => {
      expect(Object.keys(sent).toSorted()).toEqual([...FIELDS].toSorted());
      const answer = await post(app, sent);
      expect(expectResult(answer).warnings).toEqual([]);
      expect(await expectCreated(app, answer)).toMatchObject({
        ...sent,
        install_timestamp: new Date('2020-02-29T12:34:56.789Z'),
        click_timestamp: new Date('2020-02-28T01:02:03.004Z'),
        cost: '1.250000',
        project_id: 1,
        tracker: 'custom',
      });
    });

    it('are null where they were not sent', async () => {
      const row = await expectCreated(
        app,
        await post(app, { publisher_name: 'P', os_id: 'o' }),
      );
      const given = ['publisher_name', 'os_id', ...TIME_FIELDS];
      for (const name of FIELDS.filter((field) => !given.includes(field))) {
        expect({ [name]: row[name] }).toEqual({ [name]: null });
      }
    });

    it('are known by their exact names only', async () => {
      const { publisher_name: _, ...others } = anInstall();
      expect(await refused({ ...others, Publisher_Name: 'P' })).toEqual([
        'publisher_name: required',
      ]);
    });
  });

  describe('required', () => {
    it.each([
      ['absent', undefined],
      ['null', null],
      ['empty', ''],
      ['white space', ' \t '],
      ['a placeholder', 'None'],
      ['a macro', '{publisher}'],
    ])('is publisher_name, and it is not there when %s', async (_, value) => {
      expect(await refused(anInstall({ publisher_name: value }))).toEqual([
        'publisher_name: required',
      ]);
    });

    it.each([
      ...UUID_FIELDS.map((name) => [name, UUID]),
      ['os_id', 'o'],
      ['user_id', 'u'],
    ])('is an identifier, and %s is one', async (name, value) => {
      const row = await expectCreated(
        app,
        await post(app, { publisher_name: 'P', [name]: value }),
      );
      expect(row[name]).toBe(value);
    });

    it.each<[string, Fields]>([
      ['none is sent', {}],
      ['only an id is sent', { id: 'an-id' }],
      ['it is empty', { user_id: '' }],
      ['it is null', { os_id: null }],
      [
        'it is a UUID of zeros',
        { ios_ifa: '00000000-0000-0000-0000-000000000000' },
      ],
      ['it is a macro', { google_aid: '{gaid}' }],
      [
        'all six mean nothing',
        {
          ios_ifa: 'n/a',
          ios_ifv: 'null',
          os_id: '[os_id]',
          google_aid: '%%GAID%%',
          windows_aid: '',
          user_id: 'undefined',
        },
      ],
    ])('is an identifier: asks for one when %s', async (_, fields) => {
      const faults = await refused({ publisher_name: 'P', ...fields });
      expect(faults).toEqual([expect.stringMatching(/: no_identifier$/)]);
    });
  });

  describe('trimmed', () => {
    it.each([
      ['publisher_name', ' \t\r\n P Q\u00a0', 'P Q'],
      ['id', '  trimmed-id\n', 'trimmed-id'],
      ['google_aid', ` ${UUID} `, UUID],
      ['country_code', ' de ', 'DE'],
      [
        'install_timestamp',
        ' 2019-01-02 18:01:23 ',
        new Date('2019-01-02T18:01:23Z'),
      ],
      ['cost', ' 1.5 ', '1.500000'],
      ['event_name', ' install ', 'install'],
    ])('is %s', async (name, value, expected) => {
      expect(await stored(name, value)).toEqual(expected);
    });
  });

  describe('what means nothing', () => {
    const ONE_OF_EACH_TYPE = [
      'campaign_name',
      'os_id',
      'ios_ifa',
      'click_timestamp',
      'country_code',
      'cost',
      'event_name',
    ];

    it.each([
      ...['', '  ', null].map((value) => [value, undefined]),
      ...[
        'null',
        'NULL',
        '(null)',
        '(Null)',
        'undefined',
        'none',
        'None',
        'nil',
        'N/A',
        'n/a',
      ].map((value) => [value, 'placeholder_value']),
      ...[
        '00000000-0000-0000-0000-000000000000',
        '000000000000-0000-0000-000000000000',
        '00000000000000000000000000000000',
      ].map((value) => [value, 'zero_identifier']),
      ...[
        '{x}',
        '{{x}}',
        '{a.b}',
        '${x}',
        '%%X%%',
        '##X##',
        '__X__',
        ' {click_id} ',
      ].map((value) => [value, 'unexpanded_macro']),
    ] as [string | null, string | undefined][])(
      'in a field of any type: %j',
      async (value, code) => {
        for (const name of ONE_OF_EACH_TYPE) {
          const answer = await post(app, anInstall({ [name]: value }));
          const row = await expectCreated(app, answer);
          const nothing = isTime(name) ? row.install_timestamp : null;
          expect({ [name]: row[name] }).toEqual({ [name]: nothing });
          expect(expectResult(answer).warnings).toEqual(
            code
              ? [{ field: name, code, message: expect.stringMatching(/\S/) }]
              : [],
          );
        }
      },
    );

    const BUT_TEXT = ['[x]', '(x)', '$X', '%x%', 'TS{x}'];

    it.each(BUT_TEXT)('in every field but text: %s', async (value) => {
      for (const name of [
        ...ONE_OF_EACH_TYPE.filter((field) => field !== 'campaign_name'),
        ...KEY_TEXT_FIELDS.filter((field) => field !== 'user_id'),
        ...UUID_FIELDS,
      ]) {
        const fields = anInstall({ [name]: value });
        expect(await warned(fields)).toEqual([`${name}: unexpanded_macro`]);
      }
    });

    it.each([
      ...BUT_TEXT,
      '[US]',
      'NA',
      'na',
      'Unknown',
      'null and void',
      'a {x}',
      '{x} b',
      '{}',
      '0',
      'false',
      '-',
      'N\\A',
      '00000000',
    ])('and not in text: %s', async (value) => {
      const answer = await post(app, anInstall({ campaign_name: value }));
      expect(await expectCreated(app, answer)).toMatchObject({
        campaign_name: value,
      });
      expect(expectResult(answer).warnings).toEqual([]);
    });

    it('is not a macro that is only a part of a key', async () => {
      expect(await stored('os_id', 'a-{x}')).toBe('a-{x}');
    });

    it('does not include Namibia', async () => {
      expect(await stored('country_code', 'NA')).toBe('NA');
      expect(await stored('country_code', 'na')).toBe('NA');
    });

    it('leaves an id without which every postback is new', async () => {
      const fields = anInstall({ id: '{install_id}' });
      const [one, other] = [await post(app, fields), await post(app, fields)];
      expect((await expectCreated(app, one)).id).toBeNull();
      expect((await expectCreated(app, other)).id).toBeNull();
    });
  });

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
      'with one value in a query is one value: %s',
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
      '%s with different values in a query is refused',
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
    ])('in the query and in %s is held to the same', async (_, type, body) => {
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

    it('in JSON is held to the same', async () => {
      const same = await post(app, costTwice('0.5', '"0.5"'));
      expect((await expectCreated(app, same)).cost).toBe('0.500000');
      expect(await refused(costTwice('0.5', '0.6'))).toEqual([
        'cost: conflicting_values',
      ]);
    });

    it('is no fault of an unknown field', async () => {
      const answer = await get(`${aForm()}&unknown=a&unknown=b`);
      await expectCreated(app, answer);
      expect(expectResult(answer).warnings).toMatchObject([
        { field: 'unknown', code: 'unknown_field' },
      ]);
    });
  });

  describe('unknown', () => {
    const names = Array.from({ length: 25 }, (_, i) => `unknown_${i}`);

    it('are named in warnings, the first 20', async () => {
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
    ])('may be anything: %s', async (_, value) => {
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
    ])('may be called %s', async (name) => {
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
    ])('is a column that is not in the table: %s', async (name, value) => {
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

    it('do not stand for an identifier', async () => {
      expect(await refused({ publisher_name: 'P', identifiers: 'x' })).toEqual([
        expect.stringMatching(/: no_identifier$/),
      ]);
    });
  });

  describe('of JSON', () => {
    it.each([
      ['id', '12345678901234567890', '12345678901234567890'],
      ['os_id', '0.10', '0.10'],
      ['user_id', '1e3', '1e3'],
      ['user_id', '-0', '-0'],
      ['campaign_id', '9007199254740993', '9007199254740993'],
      ['campaign_name', '1.0', '1.0'],
      ['cost', '0.1234564999999999999999', '0.123456'],
      ['install_timestamp', '1546452083', new Date('2019-01-02T18:01:23Z')],
      [
        'install_timestamp',
        '1546452083123',
        new Date('2019-01-02T18:01:23.123Z'),
      ],
    ])('keep every digit of a number: %s %s', async (name, json, expected) => {
      const fields = anInstall();
      const answer = await post(app, withMember(name, json, fields));
      expect((await expectCreated(app, answer))[name]).toEqual(expected);
    });

    it.each(FIELDS)('have one value: %s', async (name) => {
      for (const json of ['true', 'false', '[]', '["a"]', '{}', '{"a":"b"}']) {
        const faults = await refused(
          withMember(name, json, anInstall({ os_id: 'o' })),
        );
        expect(faults).toEqual([`${name}: invalid_type`]);
      }
    });
  });

  describe('text', () => {
    it.each([
      ['letters of every script', 'Ünïcödé Поле 字段 حقل'],
      ['emoji', '👩‍👩‍👧‍👦 🇺🇦'],
      ['combining marks', 'e\u0301'],
      ['zero-width and bidi characters', 'a\u200bb\u202ec'],
      ['C1 control characters', 'a\u0085b\u009fc'],
      ['noncharacters', 'a\uffffb'],
      ['U+FFFD', 'a\ufffdb'],
      ['line separators', 'a\u2028b'],
      ['quotes and SQL', `'; drop table install; --"`],
      ['HTML', '<script>alert(1)</script>'],
      ['formulas', '=1+1'],
    ])('may be %s', async (_, value) => {
      for (const name of TEXT_FIELDS.slice(0, 2)) {
        expect(await stored(name, value)).toBe(value);
      }
    });

    it.each(TEXT_FIELDS)('holds no control characters: %s', async (name) => {
      for (const code of [0, 1, 9, 10, 13, 27, 31, 127]) {
        const value = `a${String.fromCharCode(code)}b`;
        expect(await refused(anInstall({ [name]: value }))).toEqual([
          `${name}: invalid_text`,
        ]);
      }
    });

    it('has U+FFFD for a lone surrogate and for invalid UTF-8', async () => {
      expect(await stored('campaign_name', 'a\ud800b')).toBe('a\ufffdb');
      const escaped = withMember('campaign_name', '"a\\udfffb"');
      const posted = await post(app, escaped);
      expect((await expectCreated(app, posted)).campaign_name).toBe('a\ufffdb');
      const got = await get(`${aForm()}&campaign_name=a%ffb`);
      expect((await expectCreated(app, got)).campaign_name).toBe('a\ufffdb');
    });

    it.each(TEXT_FIELDS)('has at most 1,024 characters: %s', async (name) => {
      for (const character of ['a', 'é', '字', '😀']) {
        const longest = character.repeat(1_024);
        expect(await stored(name, longest)).toBe(longest);
        const longer = anInstall({ [name]: `${longest}${character}` });
        expect(await refused(longer)).toEqual([`${name}: too_long`]);
      }
    });

    it('is measured without the white space around it', async () => {
      const longest = 'a'.repeat(1_024);
      expect(await stored('campaign_name', ` ${longest} `)).toBe(longest);
    });
  });

  describe.each(KEY_TEXT_FIELDS)('key text: %s', (name) => {
    const sent = (value: unknown) => anInstall({ os_id: 'o', [name]: value });

    it.each([
      ['a lone high surrogate', '"a\\ud800"'],
      ['a lone low surrogate', '"\\udc00a"'],
      ['swapped surrogates', '"\\udc00\\ud800"'],
      ['U+FFFD', '"a\ufffd"'],
      ['a NUL', '"a\\u0000b"'],
      ['a line break', '"a\\nb"'],
      ['a tab', '"a\\tb"'],
      ['DEL', '"a\u007fb"'],
    ])('does not hold %s', async (_, json) => {
      const faults = await refused(withMember(name, json, sent('')));
      expect(faults).toEqual([`${name}: invalid_text`]);
    });

    it.each(['%ff', '%c3', '%c0%af', '%ed%a0%80', '%ef%bf%bd', '%00'])(
      'does not hold %s',
      async (bytes) => {
        const { [name]: _, ...fields } = sent('') as Record<string, string>;
        const others = new URLSearchParams(fields).toString();
        const answer = await get(`${others}&${name}=a${bytes}b`);
        expect(expectFaults(app, answer)).toEqual([`${name}: invalid_text`]);
      },
    );

    it('is not read from invalid UTF-8 in a body', async () => {
      const body = Buffer.concat([
        Buffer.from(`${JSON.stringify(sent('')).slice(0, -1)},"${name}":"a`),
        Buffer.from([0xff]),
        Buffer.from('"}'),
      ]);
      const answer = await exchange(app.origin, {
        method: 'POST',
        headers: {
          'X-Api-Key': app.apiKey,
          'Content-Type': 'application/json',
        },
        body,
      });
      expect(expectFaults(app, answer)).toEqual([`${name}: invalid_text`]);
    });

    it('has at most 255 bytes', async () => {
      const unique = String(Math.random()).padEnd(20, '0').slice(0, 20);
      for (const [character, bytes] of [
        ['a', 1],
        ['字', 3],
        ['😀', 4],
      ] as const) {
        const longest = (unique + character.repeat(235 / bytes)).padEnd(
          20 + Math.floor(235 / bytes) * character.length + (235 % bytes),
          'z',
        );
        expect(Buffer.byteLength(longest)).toBe(255);
        const answer = await post(app, sent(longest));
        expect((await expectCreated(app, answer))[name]).toBe(longest);
        expect(await refused(sent(`${longest}z`))).toEqual([
          `${name}: too_long`,
        ]);
      }
    });
  });

  it('tell ids apart byte for byte', async () => {
    const unique = String(Math.random());
    const ids = [
      'a',
      'A',
      'á',
      'a\u0301',
      'ａ',
      'ß',
      'ss',
      'a b',
      'a  b',
      'a\u00a0b',
      'a\u200b',
    ];
    for (const id of ids) {
      const answer = await post(app, anInstall({ id: `${unique}${id}.` }));
      expect((await expectCreated(app, answer)).id).toBe(`${unique}${id}.`);
    }
  });

  describe.each(UUID_FIELDS)('uuid: %s', (name) => {
    it.each([
      UUID,
      UUID.toUpperCase(),
      '0123456789ab-cdef-0123-456789abcdef',
      '0123456789AB-CDEF-0123-456789aBcDeF',
      '0123456789abcdef0123456789abcdef',
      '0123456789ABCDEF0123456789ABCDEF',
    ])('is read from %s', async (value) => {
      expect(await stored(name, value)).toBe(UUID);
    });

    it.each([
      // The list of formats in the documentation lacks the last digit.
      '0123456789ab-cdef-0123-456789abcde',
      '0123456789abcdef0123456789abcde',
      '0123456789abcdef0123456789abcdef0',
      '0123456789abcdef-0123-456789abcdef',
      '01234567-89ab-cdef-0123456789abcdef',
      '0123456789ab-cdef-0123-456789abcdeg',
      `{${UUID} }`,
      `urn:uuid:${UUID}`,
      '０1234567-89ab-cdef-0123-456789abcdef',
      '01234567–89ab–cdef–0123–456789abcdef',
      'Unknown',
      '0',
    ])('is not read from %s', async (value) => {
      const faults = await refused(anInstall({ [name]: value }));
      expect(faults).toEqual([`${name}: invalid_uuid`]);
    });
  });

  describe.each(TIME_FIELDS)('time: %s', (name) => {
    it.each([
      ['2019-01-02 18:01:23', '2019-01-02T18:01:23.000Z'],
      ['2019-01-02T18:01:23', '2019-01-02T18:01:23.000Z'],
      ['2019-01-02 18:01:23.5', '2019-01-02T18:01:23.500Z'],
      ['2019-01-02T18:01:23.123456Z', '2019-01-02T18:01:23.123Z'],
      ['2019-01-02T18:01:23Z', '2019-01-02T18:01:23.000Z'],
      ['2019-01-02T18:01:23+02:00', '2019-01-02T16:01:23.000Z'],
      ['2019-01-02 18:01:23-0330', '2019-01-02T21:31:23.000Z'],
      ['2019-01-02T18:01:23+0200', '2019-01-02T16:01:23.000Z'],
      ['2019-01-02T18:01:23 02:00', '2019-01-02T16:01:23.000Z'],
      ['2019-01-02T18:01:23.25+02:00', '2019-01-02T16:01:23.250Z'],
      ['2020-02-29 00:00:00', '2020-02-29T00:00:00.000Z'],
      ['1546452083', '2019-01-02T18:01:23.000Z'],
      ['1546452083.25', '2019-01-02T18:01:23.250Z'],
      ['1546452083250', '2019-01-02T18:01:23.250Z'],
    ])('is read from %s', async (value, expected) => {
      expect(await stored(name, value)).toEqual(new Date(expected));
    });

    it('is read from a query in which the + was not encoded', async () => {
      const answer = await get(`${aForm()}&${name}=2019-01-02T18:01:23+02:00`);
      expect((await expectCreated(app, answer))[name]).toEqual(
        new Date('2019-01-02T16:01:23Z'),
      );
    });

    it.each([
      '2019-01-02',
      '2019-01-02 18:01',
      '18:01:23',
      '2019-1-2 18:01:23',
      '02.01.2019 18:01:23',
      '01/02/2019 18:01:23',
      '2019-02-29 00:00:00',
      '2019-02-30 00:00:00',
      '2019-13-01 00:00:00',
      '2019-00-10 00:00:00',
      '2019-01-02 24:00:00',
      '2019-01-02 18:60:00',
      '2016-12-31 23:59:60',
      '2019-01-02 18:01:23.',
      '2019-01-02 18:01:23.1234567',
      '2019-01-02 18:01:23 UTC',
      '2019-01-02 18:01:23 Europe/Berlin',
      'Wed, 02 Jan 2019 18:01:23 GMT',
      '154645208',
      '15464520831',
      '1546452083250000',
      '-1546452083',
      '1.546452083e9',
      'now',
      'infinity',
      'yesterday',
      '٢٠١٩-01-02 18:01:23',
    ])('is not read from %s', async (value) => {
      const faults = await refused(anInstall({ [name]: value }));
      expect(faults).toEqual([`${name}: invalid_time`]);
    });

    it.each([
      ['from 2008-07-10', '2008-07-10 00:00:00', '2008-07-09 23:59:59.999'],
      ['in any zone', '2008-07-10T02:00:00+02:00', '2008-07-10T01:59:59+02:00'],
      ['in Unix seconds', '1215648000', '1215647999'],
    ])('begins: %s', async (_, first, before) => {
      const fields = {
        install_timestamp: '2019-01-02 18:01:23',
        click_timestamp: '2019-01-02 18:01:23',
      };
      const answer = await post(app, anInstall({ ...fields, [name]: first }));
      expect((await expectCreated(app, answer))[name]).toEqual(
        new Date('2008-07-10T00:00:00Z'),
      );
      expect(await refused(anInstall({ ...fields, [name]: before }))).toEqual([
        `${name}: time_out_of_range`,
      ]);
    });

    it('ends 24 h after arrival', async () => {
      const now = Math.floor(Date.now() / 1_000);
      const last = now + DAY - 1;
      expect(await stored(name, String(last))).toEqual(new Date(last * 1_000));
      for (const later of [
        String(now + DAY + 60),
        '9999999999',
        '9999999999999',
        '9999-12-31 23:59:59',
      ]) {
        const fields = {
          install_timestamp: '2019-01-02 18:01:23',
          click_timestamp: '2019-01-02 18:01:23',
        };
        expect(await refused(anInstall({ ...fields, [name]: later }))).toEqual([
          `${name}: time_out_of_range`,
        ]);
      }
    });
  });

  describe('times that were not sent', () => {
    it('are the moment of arrival', async () => {
      const answer = await post(app, anInstall());
      const { received_at } = expectResult(answer);
      expect(await expectCreated(app, answer)).toMatchObject({
        received_at: new Date(received_at),
        install_timestamp: new Date(received_at),
        click_timestamp: new Date(received_at),
      });
    });

    it('are that of the install, for the click', async () => {
      const answer = await post(
        app,
        anInstall({ install_timestamp: '2019-01-02 18:01:23.456' }),
      );
      expect(await expectCreated(app, answer)).toMatchObject({
        install_timestamp: new Date('2019-01-02T18:01:23.456Z'),
        click_timestamp: new Date('2019-01-02T18:01:23.456Z'),
      });
    });

    it('are the moment of arrival for the install, whatever the click', async () => {
      const answer = await post(
        app,
        anInstall({ click_timestamp: '2019-01-02 18:01:23' }),
      );
      const { received_at, warnings } = expectResult(answer);
      expect(warnings).toEqual([]);
      expect(await expectCreated(app, answer)).toMatchObject({
        install_timestamp: new Date(received_at),
        click_timestamp: new Date('2019-01-02T18:01:23Z'),
      });
    });
  });

  it.each([
    ['that cannot be read', 'yesterday', 'invalid_time'],
    ['out of range', '2008-07-09 23:59:59', 'time_out_of_range'],
  ])(
    'are not blamed on a click that was not sent: an install time %s',
    async (_, install_timestamp, code) => {
      expect(await refused(anInstall({ install_timestamp }))).toEqual([
        `install_timestamp: ${code}`,
      ]);
    },
  );

  describe('a click after the install', () => {
    it('is stored, with a warning', async () => {
      const answer = await post(
        app,
        anInstall({
          install_timestamp: '2019-01-02 18:01:23',
          click_timestamp: '2019-01-02 18:01:23.001',
        }),
      );
      expect(expectResult(answer).warnings).toEqual([
        {
          field: 'click_timestamp',
          code: 'click_after_install',
          message: expect.stringMatching(/\S/),
        },
      ]);
      expect(await expectCreated(app, answer)).toMatchObject({
        install_timestamp: new Date('2019-01-02T18:01:23Z'),
        click_timestamp: new Date('2019-01-02T18:01:23.001Z'),
      });
    });

    it('is not one at the same instant', async () => {
      const fields = anInstall({
        install_timestamp: '2019-01-02 18:01:23',
        click_timestamp: '2019-01-02T20:01:23+02:00',
      });
      expect(await warned(fields)).toEqual([]);
    });
  });

  describe('country', () => {
    it.each([
      ['US', 'US'],
      ['us', 'US'],
      ['De', 'DE'],
      ['UK', 'GB'],
      ['uk', 'GB'],
      ['GB', 'GB'],
      ['XK', 'XK'],
      ['xk', 'XK'],
      ['NA', 'NA'],
      ['SS', 'SS'],
    ])('%s is stored as %s', async (value, expected) => {
      expect(await stored('country_code', value)).toBe(expected);
    });

    it.each([
      'USA',
      'U',
      'XX',
      'EU',
      'ZZ',
      'AN',
      'SU',
      '840',
      'U S',
      'United States',
      'ıd',
      'ＵＳ',
      'Unknown',
    ])('%s is refused', async (value) => {
      expect(await refused(anInstall({ country_code: value }))).toEqual([
        'country_code: invalid_country',
      ]);
    });
  });

  describe('cost', () => {
    it.each([
      ['0', '0.000000'],
      ['0.12', '0.120000'],
      ['+1.5', '1.500000'],
      ['99.99', '99.990000'],
      ['1e-3', '0.001000'],
      ['1.5E2', '150.000000'],
      ['1e+5', '100000.000000'],
      ['0.1234564', '0.123456'],
      ['0.1234565', '0.123457'],
      ['1.0000005', '1.000001'],
      ['0.0000004999', '0.000000'],
      ['0.0000005', '0.000001'],
      ['999999.999999', '999999.999999'],
      ['0000001', '1.000000'],
      ['1e-400', '0.000000'],
    ])('%s is stored as %s', async (value, expected) => {
      expect(await stored('cost', value)).toBe(expected);
    });

    it('may be a number of JSON', async () => {
      expect(await stored('cost', 0.12)).toBe('0.120000');
      expect(await stored('cost', 0)).toBe('0.000000');
    });

    it.each([
      '-1',
      '-0',
      '-0.01',
      '1,5',
      '1,000.00',
      '1 000',
      "1'000",
      '1_000',
      'NaN',
      'Infinity',
      '+Infinity',
      '0x10',
      '0b1',
      '1e',
      'e5',
      '.',
      '+',
      '$1',
      '1 USD',
      '1.2.3',
      '++1',
      '١',
      'free',
    ])('%s is no number', async (value) => {
      expect(await refused(anInstall({ cost: value }))).toEqual([
        'cost: invalid_number',
      ]);
    });

    it.each([
      '1000000',
      '1e6',
      '1e309',
      '1e400',
      '9'.repeat(400),
      '1e999999999',
    ])('%s is out of range', async (value) => {
      expect(await refused(anInstall({ cost: value }))).toEqual([
        'cost: number_out_of_range',
      ]);
    });

    it('of a number of JSON is held to the same', async () => {
      expect(await refused(withMember('cost', '-1'))).toEqual([
        'cost: invalid_number',
      ]);
      expect(await refused(withMember('cost', '1e309'))).toEqual([
        'cost: number_out_of_range',
      ]);
    });
  });

  describe('event_name', () => {
    it.each(['install', 'Install', 'INSTALL', 'iNsTaLl'])(
      'may be %s',
      async (value) => {
        expect(await warned(anInstall({ event_name: value }))).toEqual([]);
      },
    );

    it.each(['open', 'reinstall', 'installs', 'session', 'ınstall', 'i n'])(
      'is no install: %s',
      async (value) => {
        expect(await refused(anInstall({ event_name: value }))).toEqual([
          'event_name: not_an_install',
        ]);
      },
    );
  });

  describe('with many faults', () => {
    const wrong: Fields = {
      install_timestamp: 'yesterday',
      click_timestamp: '2001-01-01 00:00:00',
      campaign_name: 'a\0b',
      campaign_id: 'x'.repeat(1_025),
      country_code: 'USA',
      s_site_name: { a: 1 },
      event_name: 'open',
      cost: '-1',
      id: 'a\ufffd',
      ios_ifa: 'not-a-uuid',
      google_aid: true,
      os_id: 'o'.repeat(256),
    };
    const faults = [
      'campaign_id: too_long',
      'campaign_name: invalid_text',
      'click_timestamp: time_out_of_range',
      'cost: invalid_number',
      'country_code: invalid_country',
      'event_name: not_an_install',
      'google_aid: invalid_type',
      'id: invalid_text',
      'install_timestamp: invalid_time',
      'ios_ifa: invalid_uuid',
      'os_id: too_long',
      'publisher_name: required',
      's_site_name: invalid_type',
    ];

    it('are told all of them at once', async () => {
      expect((await refused(wrong)).toSorted()).toEqual(faults);
    });

    it('are told of a lacking identifier beside all others', async () => {
      const { errors = [] } = expectProblem(
        app,
        await post(app, { cost: 'x', ios_ifa: '0'.repeat(32) }),
        400,
        'invalid_postback',
      );
      expect(errors.map(({ code }) => code).toSorted()).toEqual([
        'invalid_number',
        'no_identifier',
        'required',
      ]);
    });

    it('are told what to send instead', async () => {
      const { errors = [] } = expectProblem(app, await post(app, wrong), 400);
      for (const { field, message } of errors) {
        expect(message).toContain(field);
        // More than the name and a code.
        expect(message.length).toBeGreaterThan(field.length + 10);
      }
    });
  });

  it('are warned of with every code that there is', async () => {
    const fields = anInstall({
      install_timestamp: '2019-01-02 18:01:23',
      click_timestamp: '2019-01-02 18:01:24',
      campaign_name: '{campaign}',
      s_ad: 'none',
      ios_ifa: '0'.repeat(32),
      unknown: 'x',
    });
    expect((await warned(fields)).toSorted()).toEqual([
      'campaign_name: unexpanded_macro',
      'click_timestamp: click_after_install',
      'ios_ifa: zero_identifier',
      's_ad: placeholder_value',
      'unknown: unknown_field',
    ]);
  });
});
