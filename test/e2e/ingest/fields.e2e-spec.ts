import { startApp, type TestApp } from '../../support/app';
import {
  FIELDS,
  KEY_TEXT_FIELDS,
  TEXT_FIELDS,
  TIME_FIELDS,
  UUID_FIELDS,
} from '../../support/fields';
import {
  anInstall,
  expectCreated,
  expectResult,
  type Fields,
  installCount,
  post,
} from '../../support/ingest';
import { expectFaults, expectProblem } from '../../support/problems';

const UUID = '01234567-89ab-cdef-0123-456789abcdef';

/** JSON of an install, with a member written as it is. */
const withMember = (name: string, json: string, fields = anInstall()) => {
  const { [name]: _, ...others } = fields;
  return `${JSON.stringify(others).slice(0, -1)},"${name}":${json}}`;
};

const isTime = (name: string) => TIME_FIELDS.includes(name);

describe('the fields of a postback', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());

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

  describe('of the contract', () => {
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

    it('are null if they were not sent', async () => {
      const row = await expectCreated(
        app,
        await post(app, { publisher_name: 'P', os_id: 'o' }),
      );
      const given = ['publisher_name', 'os_id', ...TIME_FIELDS];
      for (const name of FIELDS.filter((field) => !given.includes(field))) {
        expect({ [name]: row[name] }).toEqual({ [name]: null });
      }
    });

    it('are recognised by their exact names only', async () => {
      const { publisher_name: _, ...others } = anInstall();
      expect(await refused({ ...others, Publisher_Name: 'P' })).toEqual([
        'publisher_name: required',
      ]);
    });
  });

  describe('that are required', () => {
    it.each([
      ['absent', undefined],
      ['null', null],
      ['empty', ''],
      ['white space', ' \t '],
      ['a placeholder', 'None'],
      ['a macro', '{publisher}'],
    ])('include publisher_name, which is missing when %s', async (_, value) => {
      expect(await refused(anInstall({ publisher_name: value }))).toEqual([
        'publisher_name: required',
      ]);
    });

    it.each([
      ...UUID_FIELDS.map((name) => [name, UUID]),
      ['os_id', 'o'],
      ['user_id', 'u'],
    ])('include one identifier, and %s is one', async (name, value) => {
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
    ])(
      'include one identifier, which is missing when %s',
      async (_, fields) => {
        const faults = await refused({ publisher_name: 'P', ...fields });
        expect(faults).toEqual([expect.stringMatching(/: no_identifier$/)]);
      },
    );
  });

  describe('with white space around the value', () => {
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
    ])('%s', async (name, value, expected) => {
      expect(await stored(name, value)).toEqual(expected);
    });
  });

  describe('that count as not sent', () => {
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
      'contain, in a field of any type, %j',
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

    it.each(BUT_TEXT)(
      'contain, in every field except text, %s',
      async (value) => {
        for (const name of [
          ...ONE_OF_EACH_TYPE.filter((field) => field !== 'campaign_name'),
          ...KEY_TEXT_FIELDS.filter((field) => field !== 'user_id'),
          ...UUID_FIELDS,
        ]) {
          const fields = anInstall({ [name]: value });
          expect(await warned(fields)).toEqual([`${name}: unexpanded_macro`]);
        }
      },
    );

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
    ])('do not contain, in text, %s', async (value) => {
      const answer = await post(app, anInstall({ campaign_name: value }));
      expect(await expectCreated(app, answer)).toMatchObject({
        campaign_name: value,
      });
      expect(expectResult(answer).warnings).toEqual([]);
    });

    it('do not contain a macro as a part of a key', async () => {
      expect(await stored('os_id', 'a-{x}')).toBe('a-{x}');
    });

    it('do not contain NA, which is Namibia', async () => {
      expect(await stored('country_code', 'NA')).toBe('NA');
      expect(await stored('country_code', 'na')).toBe('NA');
    });

    it('leave a postback without an id, which is always new', async () => {
      const fields = anInstall({ id: '{install_id}' });
      const [one, other] = [await post(app, fields), await post(app, fields)];
      expect((await expectCreated(app, one)).id).toBeNull();
      expect((await expectCreated(app, other)).id).toBeNull();
    });
  });

  describe('in JSON', () => {
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

    it.each(FIELDS)('have exactly one value: %s', async (name) => {
      for (const json of ['true', 'false', '[]', '["a"]', '{}', '{"a":"b"}']) {
        const faults = await refused(
          withMember(name, json, anInstall({ os_id: 'o' })),
        );
        expect(faults).toEqual([`${name}: invalid_type`]);
      }
    });
  });

  describe('with several errors', () => {
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

    it('return all errors together', async () => {
      expect((await refused(wrong)).toSorted()).toEqual(faults);
    });

    it('return the missing identifier together with the others', async () => {
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

    it('return what to send instead', async () => {
      const { errors = [] } = expectProblem(app, await post(app, wrong), 400);
      for (const { field, message } of errors) {
        expect(message).toContain(field);
        // More than the name and a code.
        expect(message.length).toBeGreaterThan(field.length + 10);
      }
    });
  });

  it('get every warning code that exists', async () => {
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
