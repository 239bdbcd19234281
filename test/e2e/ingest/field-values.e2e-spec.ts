import { startApp, type TestApp } from '../../support/app';
import {
  KEY_TEXT_FIELDS,
  TEXT_FIELDS,
  UUID_FIELDS,
} from '../../support/fields';
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
    ])('accepts %s', async (_, value) => {
      for (const name of TEXT_FIELDS.slice(0, 2)) {
        expect(await stored(name, value)).toBe(value);
      }
    });

    it.each(TEXT_FIELDS)('rejects control characters: %s', async (name) => {
      for (const code of [0, 1, 9, 10, 13, 27, 31, 127]) {
        const value = `a${String.fromCharCode(code)}b`;
        expect(await refused(anInstall({ [name]: value }))).toEqual([
          `${name}: invalid_text`,
        ]);
      }
    });

    it('replaces a lone surrogate and invalid UTF-8 by U+FFFD', async () => {
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

    it('is measured without surrounding white space', async () => {
      const longest = 'a'.repeat(1_024);
      expect(await stored('campaign_name', ` ${longest} `)).toBe(longest);
    });
  });

  describe.each(KEY_TEXT_FIELDS)('key text %s', (name) => {
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
    ])('rejects %s', async (_, json) => {
      const faults = await refused(withMember(name, json, sent('')));
      expect(faults).toEqual([`${name}: invalid_text`]);
    });

    it.each(['%ff', '%c3', '%c0%af', '%ed%a0%80', '%ef%bf%bd', '%00'])(
      'rejects %s',
      async (bytes) => {
        const { [name]: _, ...fields } = sent('') as Record<string, string>;
        const others = new URLSearchParams(fields).toString();
        const answer = await get(`${others}&${name}=a${bytes}b`);
        expect(expectFaults(app, answer)).toEqual([`${name}: invalid_text`]);
      },
    );

    it('rejects invalid UTF-8 in a body', async () => {
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

  it('id is compared byte for byte', async () => {
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

  describe.each(UUID_FIELDS)('uuid %s', (name) => {
    it.each([
      UUID,
      UUID.toUpperCase(),
      '0123456789ab-cdef-0123-456789abcdef',
      '0123456789AB-CDEF-0123-456789aBcDeF',
      '0123456789abcdef0123456789abcdef',
      '0123456789ABCDEF0123456789ABCDEF',
    ])('accepts %s', async (value) => {
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
    ])('rejects %s', async (value) => {
      const faults = await refused(anInstall({ [name]: value }));
      expect(faults).toEqual([`${name}: invalid_uuid`]);
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
    ])('%s is rejected', async (value) => {
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

    it('accepts a JSON number', async () => {
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
    ])('%s is not a number', async (value) => {
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

    it('follows the same rules as a JSON number', async () => {
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
      'accepts %s',
      async (value) => {
        expect(await warned(anInstall({ event_name: value }))).toEqual([]);
      },
    );

    it.each(['open', 'reinstall', 'installs', 'session', 'ınstall', 'i n'])(
      'rejects other events: %s',
      async (value) => {
        expect(await refused(anInstall({ event_name: value }))).toEqual([
          'event_name: not_an_install',
        ]);
      },
    );
  });
});
