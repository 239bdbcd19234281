import { gzipSync } from 'node:zlib';
import { startApp, type TestApp } from '../../support/app';
import {
  aForm,
  anInstall,
  CUSTOM,
  exchange,
  exchangeRaw,
  expectCreated,
  expectResult,
  installCount,
} from '../../support/ingest';
import { expectFaults, expectProblem } from '../../support/problems';

const KIB = 1024;
const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';

const json = () => JSON.stringify(anInstall());

/** A query of exactly so many bytes. */
const queryOf = (bytes: number) => {
  const start = `${aForm()}&unknown=`;
  return start + 'a'.repeat(bytes - start.length);
};
const jsonOf = (bytes: number) => {
  const start = `${JSON.stringify(anInstall()).slice(0, -1)},"unknown":"`;
  return `${start}${'a'.repeat(bytes - start.length - 2)}"}`;
};
const formOf = (count: number) =>
  [
    aForm(),
    ...Array.from({ length: count - 3 }, (_, i) => `unknown${i}=1`),
  ].join('&');
const nested = (depth: number, [open, close]: readonly string[]) =>
  `${JSON.stringify(anInstall()).slice(0, -1)},"unknown":${open.repeat(depth - 1)}1${close.repeat(depth - 1)}}`;

// Of these 2,500 ms 500 are for the machine of the test, not for the service.

describe('the ingest endpoint', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());

  /** GET with the key in a header. */
  const get = (query: string, headers: Record<string, string> = {}) =>
    exchange(app.origin, {
      path: `${CUSTOM}?${query}`,
      headers: { 'X-Api-Key': app.apiKey, ...headers },
    });
  /** POST with the key in a header. */
  const post = (
    body: string | Uint8Array,
    headers: Record<string, string> = { 'Content-Type': JSON_TYPE },
    query = '',
  ) =>
    exchange(app.origin, {
      method: 'POST',
      path: `${CUSTOM}${query}`,
      headers: { 'X-Api-Key': app.apiKey, ...headers },
      body,
    });

  describe('the content type', () => {
    it.each([
      'application/json',
      'application/json; charset=utf-8',
      'application/json;charset=UTF-8',
      'application/json; charset="utf-8"',
      'APPLICATION/JSON',
      'application/vnd.tracker.v2+json',
      'application/problem+json',
      'text/plain',
      'text/plain; charset=utf-8',
    ])('reads %s as JSON', async (type) => {
      await expectCreated(app, await post(json(), { 'Content-Type': type }));
    });

    it.each([
      FORM_TYPE,
      `${FORM_TYPE}; charset=UTF-8`,
      'Application/X-WWW-Form-URLEncoded',
      'text/plain',
      'text/plain;charset=UTF-8',
    ])('reads %s as a form', async (type) => {
      await expectCreated(app, await post(aForm(), { 'Content-Type': type }));
    });

    it.each([
      ['JSON', json],
      ['JSON behind white space', () => ` \r\n\t${json()}`],
      ['a form', aForm],
    ])('recognises %s without a content type', async (_, body) => {
      await expectCreated(app, await post(body(), {}));
    });

    it.each([
      'text/html',
      'application/xml',
      'application/octet-stream',
      'multipart/form-data; boundary=b',
      'application/jsonp',
      'image/gif',
      'nonsense',
    ])('rejects %s', async (type) => {
      const before = await installCount(app);
      const answer = await post(json(), { 'Content-Type': type });
      expectProblem(app, answer, 415);
      expect(await installCount(app)).toBe(before);
    });

    it.each([
      ['utf-16', 'utf16le'],
      ['utf-16le', 'utf16le'],
      ['iso-8859-1', 'latin1'],
      ['latin1', 'latin1'],
      ['us-ascii', 'latin1'],
      ['windows-1251', 'latin1'],
      ['bogus', 'utf8'],
    ] as const)('rejects the charset %s', async (charset, encoding) => {
      for (const [type, body] of [
        [JSON_TYPE, json()],
        [FORM_TYPE, aForm()],
        ['text/plain', json()],
      ]) {
        const answer = await post(Buffer.from(body, encoding), {
          'Content-Type': `${type}; charset=${charset}`,
        });
        expectProblem(app, answer, 415);
      }
    });

    it('accepts UTF-8 in any letter case', async () => {
      const publisher_name = 'Наддніпрянщина 日本 😀';
      const sent = JSON.stringify(anInstall({ publisher_name }));
      const answer = await post(sent);
      expect(await expectCreated(app, answer)).toMatchObject({
        publisher_name,
      });
    });
  });

  describe('an empty body', () => {
    it.each([
      ['JSON', { 'Content-Type': JSON_TYPE }],
      ['a form', { 'Content-Type': FORM_TYPE }],
      ['text', { 'Content-Type': 'text/plain' }],
      ['no content type', {}],
    ])('is an empty object: %s', async (_, headers) => {
      const nothing = await post('', headers);
      expect(expectFaults(app, nothing)).toContain('publisher_name: required');
      const answer = await post('', headers, `?${aForm()}`);
      await expectCreated(app, answer);
    });

    it('is an empty object without Content-Length too', async () => {
      const answer = await exchangeRaw(
        app.origin,
        `POST ${CUSTOM}?${aForm()} HTTP/1.1\r\nHost: a\r\nX-Api-Key: ${app.apiKey}\r\nConnection: close\r\n\r\n`,
      );
      expectResult(answer);
    });
  });

  describe('a gzip body', () => {
    const GZIP = { 'Content-Encoding': 'gzip' };

    it.each([
      ['JSON', JSON_TYPE, () => JSON.stringify(anInstall())],
      ['a form', FORM_TYPE, aForm],
    ])('is decompressed: %s', async (_, type, body) => {
      const answer = await post(gzipSync(body()), {
        ...GZIP,
        'Content-Type': type,
      });
      await expectCreated(app, answer);
    });

    it.each([
      ['just over the limit', 32 * KIB + 1],
      ['a bomb of 50 MB', 50_000 * KIB],
    ])('is limited by its decompressed size: %s', async (_, size) => {
      const zipped = gzipSync(Buffer.alloc(size, 'a'));
      const started = Date.now();
      const answer = await post(zipped, { ...GZIP, 'Content-Type': FORM_TYPE });
      expectProblem(app, answer, 413);
      expect(Date.now() - started).toBeLessThan(2_000);
    });

    it.each([
      ['cut short', () => gzipSync(aForm()).subarray(0, 30)],
      ['not gzip at all', () => Buffer.from(aForm())],
    ])('is rejected when it is %s', async (_, bytes) => {
      const answer = await post(bytes(), {
        ...GZIP,
        'Content-Type': FORM_TYPE,
      });
      expectProblem(app, answer, 400);
    });

    it('is the only encoding', async () => {
      const answer = await post(aForm(), {
        'Content-Encoding': 'x-nonsense',
        'Content-Type': FORM_TYPE,
      });
      expectProblem(app, answer, 415);
    });
  });

  describe('the limits', () => {
    const NESTS = [
      ['arrays', ['[', ']']],
      ['objects', ['{"a":', '}']],
    ] as const;

    it('accept a query of 8 KiB, and no byte more', async () => {
      await expectCreated(app, await get(queryOf(8 * KIB)));
      expectProblem(app, await get(queryOf(8 * KIB + 1)), 414);
      const posted = await post('', {}, `?${queryOf(8 * KIB + 1)}`);
      expectProblem(app, posted, 414);
    });

    it('accept a body of 32 KiB, and no byte more', async () => {
      const fits = jsonOf(32 * KIB);
      expect(Buffer.byteLength(fits)).toBe(32 * KIB);
      await expectCreated(app, await post(fits));
      expectProblem(app, await post(jsonOf(32 * KIB + 1)), 413);
    });

    it('count the bytes of a body, not its characters', async () => {
      const body = JSON.stringify(anInstall({ unknown: 'é'.repeat(16 * KIB) }));
      expect(body.length).toBeLessThan(32 * KIB);
      expectProblem(app, await post(body), 413);
    });

    it('apply to a chunked body', async () => {
      const chunk = 'a'.repeat(32 * KIB);
      const answer = await exchangeRaw(
        app.origin,
        `POST ${CUSTOM} HTTP/1.1\r\nHost: a\r\nX-Api-Key: ${app.apiKey}\r\nContent-Type: ${FORM_TYPE}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n8000\r\n${chunk}\r\n1\r\na\r\n0\r\n\r\n`,
      );
      expectProblem(app, answer, 413);
    });

    it.each([
      ['a query', (form: string) => get(form)],
      ['a form', (form: string) => post(form, { 'Content-Type': FORM_TYPE })],
      [
        'JSON',
        (form: string) =>
          post(JSON.stringify(Object.fromEntries(new URLSearchParams(form)))),
      ],
      [
        'both together',
        (form: string) => {
          const [first, ...rest] = form.split('&');
          return post(
            rest.join('&'),
            { 'Content-Type': FORM_TYPE },
            `?${first}`,
          );
        },
      ],
    ])('accept 100 parameters, and not one more: %s', async (_, send) => {
      await expectCreated(app, await send(formOf(100)));
      expectProblem(app, await send(formOf(101)), 400, 'too_many_fields');
    });

    it('count repeated parameters', async () => {
      const repeated = `${aForm()}${'&unknown=1'.repeat(98)}`;
      expectProblem(app, await get(repeated), 400, 'too_many_fields');
    });

    it.each(NESTS)(
      'accept a JSON depth of 8, and not of 9: %s',
      async (_, nest) => {
        await expectCreated(app, await post(nested(8, nest)));
        expectProblem(app, await post(nested(9, nest)), 400, 'too_deep');
      },
    );

    it.each(NESTS)(
      'reject JSON with a depth of thousands: %s',
      async (_, nest) => {
        const depth = Math.floor((31 * KIB) / nest.join('').length);
        expectProblem(app, await post(nested(depth, nest)), 400, 'too_deep');
      },
    );

    it('return 431 for headers that are too large', async () => {
      const answer = await exchangeRaw(
        app.origin,
        `GET ${CUSTOM}?${aForm()} HTTP/1.1\r\nHost: a\r\nX-Api-Key: ${app.apiKey}\r\nX-Big: ${'a'.repeat(20 * KIB)}\r\n\r\n`,
      );
      expectProblem(app, answer, 431);
    });

    it('return a problem for a query above all limits', async () => {
      const answer = await exchangeRaw(
        app.origin,
        `GET ${CUSTOM}?${queryOf(20 * KIB)} HTTP/1.1\r\nHost: a\r\nX-Api-Key: ${app.apiKey}\r\nConnection: close\r\n\r\n`,
      );
      expect([414, 431]).toContain(answer.status);
      expectProblem(app, answer, answer.status);
    });
  });

  describe('malformed JSON', () => {
    it.each([
      '{',
      '{"publisher_name":"P"',
      '{"publisher_name":"P",}',
      "{'publisher_name':'P'}",
      '{publisher_name:"P"}',
      '{"cost":01}',
      '{"cost":NaN}',
      '{"cost":0x10}',
      '{"cost":.5}',
      '{"publisher_name":"a\nb"}',
      '{"publisher_name":"\\x41"}',
      '{} {}',
      '{}x',
      '[]',
      '[{"publisher_name":"P"}]',
      '"text"',
      '12',
      'true',
      'null',
      'publisher_name=P',
      '/* c */{}',
    ])('is rejected: %j', async (body) => {
      const before = await installCount(app);
      expectProblem(app, await post(body), 400, 'malformed_json');
      expect(await installCount(app)).toBe(before);
    });

    it('is rejected without a quotation of the body', async () => {
      const body = `{"apikey":"${app.apiKey}","publisher_name":"secret" oops`;
      const { detail } = expectProblem(app, await post(body), 400);
      expect(detail).not.toMatch(/secret|oops|pbk_/);
    });
  });

  describe('percent-encoding', () => {
    it.each(['50%', '%', '%E0%A4%A', '%zz', '100%+sure', '%u0041'])(
      'is rejected in a field when it is invalid: %s',
      async (value) => {
        const before = await installCount(app);
        const sent = `${aForm()}&campaign_name=${value}`;
        for (const answer of [
          await get(sent),
          await post(sent, { 'Content-Type': FORM_TYPE }),
        ]) {
          const { errors } = expectProblem(
            app,
            answer,
            400,
            'invalid_encoding',
          );
          expect(errors).toMatchObject([{ field: 'campaign_name' }]);
        }
        expect(await installCount(app)).toBe(before);
      },
    );

    it('may be invalid in an unknown field', async () => {
      await expectCreated(app, await get(`${aForm()}&discount=50%`));
    });

    it('may be missing in a macro that was not expanded', async () => {
      const answer = await get(
        `${aForm()}&campaign_name=%%CAMPAIGN%%&s_ad_name=%%ad_name%%&os_id=%os_id%`,
      );
      expect(await expectCreated(app, answer)).toMatchObject({
        campaign_name: null,
        s_ad_name: null,
        os_id: null,
      });
      expect(expectResult(answer).warnings).toMatchObject([
        { field: 'campaign_name', code: 'unexpanded_macro' },
        { field: 's_ad_name', code: 'unexpanded_macro' },
        { field: 'os_id', code: 'unexpanded_macro' },
      ]);
    });

    it.each([
      ['+', 'a b'],
      ['%20', 'a b'],
      ['%2B', 'a+b'],
      ['%26', 'a&b'],
      ['%3D', 'a=b'],
      ['=', 'a=b'],
      ['%25', 'a%b'],
      ['%2525', 'a%25b'],
      ['%C3%A9', 'aéb'],
      [';', 'a;b'],
    ])('is decoded once: a%sb', async (written, publisher_name) => {
      const sent = `publisher_name=a${written}b&user_id=u`;
      for (const answer of [
        await get(sent),
        await post(sent, { 'Content-Type': FORM_TYPE }),
      ]) {
        expect(await expectCreated(app, answer)).toMatchObject({
          publisher_name,
        });
      }
    });
  });
});
