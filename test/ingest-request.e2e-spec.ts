import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { generateApiKey } from '../src/auth/api-key';
import { startApp, type TestApp } from './support/app';
import {
  aForm,
  type Answer,
  anInstall,
  CUSTOM,
  exchange,
  exchangeRaw,
  expectCreated,
  expectFaults,
  expectProblem,
  expectResult,
  installCount,
} from './support/ingest';
import { makeKey } from './support/management';

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
const inTime = async (send: () => Promise<Answer>) => {
  const started = Date.now();
  const answer = await send();
  expect(Date.now() - started).toBeLessThan(2_500);
  return answer;
};

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

  /** GET of an install, with the key wherever it is put. */
  const sendWith = (query: string, headers: Record<string, string>) =>
    exchange(app.origin, { path: `${CUSTOM}?${aForm()}${query}`, headers });
  /** For a socket: a POST with the key, as far as its first headers. */
  const startOfPost = () =>
    `POST ${CUSTOM}?apikey=${app.apiKey} HTTP/1.1\r\nHost: a\r\nContent-Type: ${FORM_TYPE}\r\n`;

  describe('path', () => {
    it.each([
      ['without the trailing slash', '/track/install/v1/custom'],
      ['with the trailing slash', '/track/install/v1/custom/'],
    ])('takes GET and POST %s', async (_, path) => {
      const headers = { 'X-Api-Key': app.apiKey };
      const got = await exchange(app.origin, {
        path: `${path}?${aForm()}`,
        headers,
      });
      await expectCreated(app, got);
      const posted = await exchange(app.origin, {
        method: 'POST',
        path,
        headers: { ...headers, 'Content-Type': FORM_TYPE },
        body: aForm(),
      });
      await expectCreated(app, posted);
    });

    it.each([
      ['GET', '/track/install/v1/no-such-tracker', 'unknown_tracker'],
      ['POST', '/track/install/v1/no-such-tracker', 'unknown_tracker'],
      ['GET', '/track/install/v1/custom/more', 'not_found'],
      ['GET', '/track/install/v1', 'not_found'],
      ['GET', '/track/install/v2/custom', 'not_found'],
      ['GET', '/no/such/path', 'not_found'],
      ['POST', '/no/such/path', 'not_found'],
    ])('answers 404 to %s %s', async (method, path, code) => {
      const answer = await exchange(app.origin, {
        method,
        path: `${path}?apikey=${app.apiKey}&${aForm()}`,
      });
      expectProblem(app, answer, 404, code);
    });
  });

  describe('method', () => {
    it.each(['HEAD', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND', 'QUERY'])(
      '%s is refused, and nothing is stored',
      async (method) => {
        const before = await installCount(app);
        for (const path of [CUSTOM, `${CUSTOM}/`]) {
          const answer = await exchange(app.origin, {
            method,
            path: `${path}?apikey=${app.apiKey}&${aForm()}`,
          });
          expect(answer.status).toBe(405);
          const allowed = String(answer.headers.allow).split(/, */).toSorted();
          expect(allowed).toEqual(['GET', 'OPTIONS', 'POST']);
          expect(answer.headers['cache-control']).toBe('no-store');
          // The answer to a HEAD has no body.
          if (method === 'HEAD') expect(answer.text).toBe('');
          else expectProblem(app, answer, 405);
        }
        expect(await installCount(app)).toBe(before);
      },
    );

    it('refuses a method that nobody has heard of, and stores nothing', async () => {
      const before = await installCount(app);
      const answer = await exchangeRaw(
        app.origin,
        `INSTALL ${CUSTOM}?apikey=${app.apiKey}&${aForm()} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
      );
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
      expectProblem(app, answer, answer.status);
      expect(await installCount(app)).toBe(before);
    });

    it('does not read the body of a GET', async () => {
      const answer = await exchange(app.origin, {
        headers: { 'X-Api-Key': app.apiKey, 'Content-Type': JSON_TYPE },
        body: JSON.stringify(anInstall()),
      });
      expect(expectFaults(app, answer)).toContain('publisher_name: required');
    });

    it('takes fields of a POST from the query and the body together', async () => {
      const answer = await post(
        JSON.stringify({ publisher_name: 'In the body' }),
        { 'Content-Type': JSON_TYPE },
        '?user_id=in-the-query',
      );
      expect(await expectCreated(app, answer)).toMatchObject({
        publisher_name: 'In the body',
        user_id: 'in-the-query',
      });
    });
  });

  describe('CORS', () => {
    const ORIGIN = { Origin: 'https://game.example' };

    it.each(['GET', 'POST'])('answers a preflight of %s', async (method) => {
      const before = await installCount(app);
      const { status, headers, text } = await exchange(app.origin, {
        method: 'OPTIONS',
        path: `${CUSTOM}?${aForm()}`,
        headers: {
          ...ORIGIN,
          'Access-Control-Request-Method': method,
          'Access-Control-Request-Headers': 'content-type,x-api-key',
        },
      });
      expect([200, 204]).toContain(status);
      expect(text).toBe('');
      expect(headers['access-control-allow-origin']).toBe('*');
      expect(headers['access-control-allow-methods']).toMatch(
        new RegExp(`\\b${method}\\b`),
      );
      for (const name of ['content-type', 'x-api-key', 'authorization']) {
        expect(
          headers['access-control-allow-headers']?.toLowerCase(),
        ).toContain(name);
      }
      expect(headers).not.toHaveProperty('access-control-allow-credentials');
      expect(headers['cache-control']).toBe('no-store');
      expect(headers['x-request-id']).toMatch(/\S/);
      expect(await installCount(app)).toBe(before);
    });

    it.each([
      ['200', () => get(aForm(), ORIGIN)],
      ['400', () => get('', ORIGIN)],
      ['401', () => exchange(app.origin, { headers: ORIGIN })],
      ['405', () => exchange(app.origin, { method: 'PUT', headers: ORIGIN })],
      [
        '413',
        () =>
          post('x'.repeat(33 * KIB), { ...ORIGIN, 'Content-Type': FORM_TYPE }),
      ],
      ['415', () => post('x', { ...ORIGIN, 'Content-Type': 'text/xml' })],
    ])(
      'lets every page read a %s, without credentials',
      async (status, send) => {
        const answer = await send();
        expect(answer.status).toBe(Number(status));
        expect(answer.headers['access-control-allow-origin']).toBe('*');
        expect(answer.headers).not.toHaveProperty(
          'access-control-allow-credentials',
        );
      },
    );

    it.each([
      ['GET', '/v1/projects'],
      ['OPTIONS', '/v1/projects'],
      ['GET', '/v1/projects/1/installs'],
      ['GET', '/openapi.json'],
      ['GET', '/docs'],
      ['GET', '/health/live'],
      ['GET', '/no/such/path'],
    ])('lets no page read %s %s', async (method, path) => {
      const { headers } = await exchange(app.origin, {
        method,
        path,
        headers: {
          ...ORIGIN,
          Authorization: `Bearer ${app.adminToken}`,
          'Access-Control-Request-Method': 'GET',
        },
      });
      expect(headers).not.toHaveProperty('access-control-allow-origin');
    });
  });

  describe('content type', () => {
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
    ])('knows %s without a content type', async (_, body) => {
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
    ])('refuses %s', async (type) => {
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
    ] as const)('refuses the charset %s', async (charset, encoding) => {
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

    it('reads UTF-8, whatever the letters', async () => {
      const publisher_name = 'Наддніпрянщина 日本 😀';
      const sent = JSON.stringify(anInstall({ publisher_name }));
      const answer = await post(sent);
      expect(await expectCreated(app, answer)).toMatchObject({
        publisher_name,
      });
    });
  });

  describe('empty body', () => {
    it.each([
      ['JSON', { 'Content-Type': JSON_TYPE }],
      ['a form', { 'Content-Type': FORM_TYPE }],
      ['text', { 'Content-Type': 'text/plain' }],
      ['no content type', {}],
    ])('is the empty object: %s', async (_, headers) => {
      const nothing = await post('', headers);
      expect(expectFaults(app, nothing)).toContain('publisher_name: required');
      const answer = await post('', headers, `?${aForm()}`);
      await expectCreated(app, answer);
    });

    it('is the empty object without any framing', async () => {
      const answer = await exchangeRaw(
        app.origin,
        `POST ${CUSTOM}?${aForm()} HTTP/1.1\r\nHost: a\r\nX-Api-Key: ${app.apiKey}\r\nConnection: close\r\n\r\n`,
      );
      expectResult(answer);
    });
  });

  describe('gzip', () => {
    const GZIP = { 'Content-Encoding': 'gzip' };

    it.each([
      ['JSON', JSON_TYPE, () => JSON.stringify(anInstall())],
      ['a form', FORM_TYPE, aForm],
    ])('is inflated: %s', async (_, type, body) => {
      const answer = await post(gzipSync(body()), {
        ...GZIP,
        'Content-Type': type,
      });
      await expectCreated(app, answer);
    });

    it.each([
      ['just over the limit', 32 * KIB + 1],
      ['a bomb of 50 MB', 50_000 * KIB],
    ])('is limited by its inflated size: %s', async (_, size) => {
      const zipped = gzipSync(Buffer.alloc(size, 'a'));
      const started = Date.now();
      const answer = await post(zipped, { ...GZIP, 'Content-Type': FORM_TYPE });
      expectProblem(app, answer, 413);
      expect(Date.now() - started).toBeLessThan(2_000);
    });

    it.each([
      ['cut short', () => gzipSync(aForm()).subarray(0, 30)],
      ['not gzip at all', () => Buffer.from(aForm())],
    ])('is refused when it is %s', async (_, bytes) => {
      const answer = await post(bytes(), {
        ...GZIP,
        'Content-Type': FORM_TYPE,
      });
      expectProblem(app, answer, 400);
    });

    it('is not the same as an encoding that nobody knows', async () => {
      const answer = await post(aForm(), {
        'Content-Encoding': 'x-nonsense',
        'Content-Type': FORM_TYPE,
      });
      expectProblem(app, answer, 415);
    });
  });

  describe('limits', () => {
    const NESTS = [
      ['arrays', ['[', ']']],
      ['objects', ['{"a":', '}']],
    ] as const;

    it('takes a query of 8 KiB, and no byte more', async () => {
      await expectCreated(app, await get(queryOf(8 * KIB)));
      expectProblem(app, await get(queryOf(8 * KIB + 1)), 414);
      const posted = await post('', {}, `?${queryOf(8 * KIB + 1)}`);
      expectProblem(app, posted, 414);
    });

    it('takes a body of 32 KiB, and no byte more', async () => {
      const fits = jsonOf(32 * KIB);
      expect(Buffer.byteLength(fits)).toBe(32 * KIB);
      await expectCreated(app, await post(fits));
      expectProblem(app, await post(jsonOf(32 * KIB + 1)), 413);
    });

    it('refuses a body that is over the limit only by its bytes', async () => {
      const body = JSON.stringify(anInstall({ unknown: 'é'.repeat(16 * KIB) }));
      expect(body.length).toBeLessThan(32 * KIB);
      expectProblem(app, await post(body), 413);
    });

    it('refuses a chunked body that is over the limit', async () => {
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
    ])('takes 100 parameters, and not one more: %s', async (_, send) => {
      await expectCreated(app, await send(formOf(100)));
      expectProblem(app, await send(formOf(101)), 400, 'too_many_fields');
    });

    it('counts every parameter, also a repeated one', async () => {
      const repeated = `${aForm()}${'&unknown=1'.repeat(98)}`;
      expectProblem(app, await get(repeated), 400, 'too_many_fields');
    });

    it.each(NESTS)('takes JSON 8 deep, and not 9: %s', async (_, nest) => {
      await expectCreated(app, await post(nested(8, nest)));
      expectProblem(app, await post(nested(9, nest)), 400, 'too_deep');
    });

    it.each(NESTS)('refuses JSON thousands deep: %s', async (_, nest) => {
      const depth = Math.floor((31 * KIB) / nest.join('').length);
      expectProblem(app, await post(nested(depth, nest)), 400, 'too_deep');
    });

    it('answers 431 to headers that are too large', async () => {
      const answer = await exchangeRaw(
        app.origin,
        `GET ${CUSTOM}?${aForm()} HTTP/1.1\r\nHost: a\r\nX-Api-Key: ${app.apiKey}\r\nX-Big: ${'a'.repeat(20 * KIB)}\r\n\r\n`,
      );
      expectProblem(app, answer, 431);
    });

    it('answers a query beyond every limit with a problem', async () => {
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
    ])('is refused: %j', async (body) => {
      const before = await installCount(app);
      expectProblem(app, await post(body), 400, 'malformed_json');
      expect(await installCount(app)).toBe(before);
    });

    it('says nothing of what the body holds', async () => {
      const body = `{"apikey":"${app.apiKey}","publisher_name":"secret" oops`;
      const { detail } = expectProblem(app, await post(body), 400);
      expect(detail).not.toMatch(/secret|oops|pbk_/);
    });
  });

  describe('percent-encoding', () => {
    it.each(['50%', '%', '%E0%A4%A', '%zz', '100%+sure', '%u0041'])(
      'is refused in a field when it is invalid: %s',
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

    it('may be absent from a macro that was not expanded', async () => {
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

  describe('key', () => {
    const places: [
      string,
      (key: string) => [query: string, headers: Record<string, string>],
    ][] = [
      ['?apikey=', (key) => [`&apikey=${key}`, {}]],
      ['X-Api-Key', (key) => ['', { 'X-Api-Key': key }]],
      [
        'Authorization: Bearer',
        (key) => ['', { Authorization: `Bearer ${key}` }],
      ],
    ];

    it.each(places)('is taken from %s', async (_, place) => {
      const answer = await sendWith(...place(app.apiKey));
      const result = expectResult(answer);
      expect(result).toMatchObject({ status: 'created', warnings: [] });
      expect(answer.text).not.toContain(app.apiKey);
    });

    it.each(places)('may be in %s of a POST', async (_, place) => {
      const [query, headers] = place(app.apiKey);
      const answer = await exchange(app.origin, {
        method: 'POST',
        path: `${CUSTOM}?${query}`,
        headers: { ...headers, 'Content-Type': JSON_TYPE },
        body: JSON.stringify(anInstall()),
      });
      expect(expectResult(answer)).toMatchObject({
        status: 'created',
        warnings: [],
      });
    });

    it.each([
      ['?apikey=', 'X-Api-Key'],
      ['?apikey=', 'Authorization: Bearer'],
      ['X-Api-Key', 'Authorization: Bearer'],
    ])('in %s goes before one in %s', async (first, second) => {
      const place = Object.fromEntries(places);
      const both = (one: string, other: string) => {
        const [query, headers] = place[first](one);
        const [otherQuery, otherHeaders] = place[second](other);
        return sendWith(query + otherQuery, { ...otherHeaders, ...headers });
      };
      expectResult(await both(app.apiKey, 'bad'));
      expectProblem(app, await both('bad', app.apiKey), 401, 'invalid_key');
    });

    it('is not taken from the body', async () => {
      for (const [type, body] of [
        [JSON_TYPE, JSON.stringify(anInstall({ apikey: app.apiKey }))],
        [FORM_TYPE, aForm({ apikey: app.apiKey })],
      ]) {
        const answer = await exchange(app.origin, {
          method: 'POST',
          headers: { 'Content-Type': type },
          body,
        });
        expectProblem(app, answer, 401, 'invalid_key');
      }
    });

    it('gets one and the same answer, whatever is wrong with it', async () => {
      const before = await installCount(app);
      const wrong = [
        '',
        'x',
        'pbk_',
        // Well-formed, but of no project.
        generateApiKey(),
        `${app.apiKey}0`,
        app.apiKey.slice(0, -1),
        app.apiKey.toLowerCase(),
        '%00',
        "'%20or%20''='",
        'a'.repeat(4 * KIB),
        app.adminToken,
      ];
      const answers = [
        await sendWith('', {}),
        await sendWith('', { 'X-Api-Key': 'nonsense' }),
        await sendWith('', { Authorization: 'Bearer' }),
        await sendWith('', { Authorization: `Basic ${app.apiKey}` }),
      ];
      for (const key of wrong)
        answers.push(await sendWith(`&apikey=${key}`, {}));
      const said = new Set<string>();
      for (const answer of answers) {
        expect(answer.headers['www-authenticate']).toMatch(/\S/);
        const { request_id: _, ...rest } = expectProblem(
          app,
          answer,
          401,
          'invalid_key',
        );
        said.add(JSON.stringify([rest, answer.headers['www-authenticate']]));
      }
      expect(said.size).toBe(1);
      expect(await installCount(app)).toBe(before);
    });

    it('is asked for before anything is said of the postback', async () => {
      const answer = await exchange(app.origin, {
        method: 'POST',
        headers: { 'Content-Type': 'text/html' },
        body: '<',
      });
      expectProblem(app, answer, 401, 'invalid_key');
    });

    it.each<[string, (key: string) => string]>([
      ['beside the key', (key) => `${CUSTOM}?apikey=${key}&apikey=${key}`],
      [
        'as a value that is wrong',
        (key) => `${CUSTOM}?apikey=${key}&cost=${key}`,
      ],
      [
        'as an identifier',
        (key) => `${CUSTOM}?apikey=${key}&google_aid=${key}`,
      ],
      ['as a value twice', (key) => `${CUSTOM}?apikey=${key}&id=${key}&id=a`],
      ['as the event', (key) => `${CUSTOM}?apikey=${key}&event_name=${key}`],
      ['as the name of a field', (key) => `${CUSTOM}?apikey=${key}&${key}=1`],
      ['as the tracker', (key) => `/track/install/v1/${key}?apikey=${key}`],
      ['as a path', (key) => `/${key}?apikey=${key}`],
    ])('is not repeated where it was sent %s', async (_, pathOf) => {
      const answer = await exchange(app.origin, {
        path: `${pathOf(app.apiKey)}&${aForm()}`,
      });
      expect(answer.text).not.toContain(app.apiKey);
      expect(JSON.stringify(answer.headers)).not.toContain(app.apiKey);
    });

    it('that may not be used from here is told so', async () => {
      const { key } = await makeKey(app, {
        allowed_addresses: ['203.0.113.0/24'],
      });
      const answer = await sendWith(`&apikey=${key}`, {});
      expectProblem(app, answer, 403, 'address_not_allowed');
      expect(answer.text).not.toContain(key);
    });

    it('that may not send is told so', async () => {
      const { key } = await makeKey(app, {
        scopes: ['read'],
      });
      const answer = await sendWith(`&apikey=${key}`, {});
      expectProblem(app, answer, 403, 'scope_missing');
      expect(answer.text).not.toContain(key);
    });
  });

  describe('headers of an answer', () => {
    it.each([
      ['200', () => get(aForm())],
      ['400', () => get('')],
      ['401', () => exchange(app.origin, {})],
      ['404', () => exchange(app.origin, { path: '/no/such/path' })],
      ['405', () => exchange(app.origin, { method: 'PUT' })],
      ['413', () => post('x'.repeat(33 * KIB), { 'Content-Type': FORM_TYPE })],
      ['414', () => get('x'.repeat(9 * KIB))],
      ['415', () => post('x', { 'Content-Type': 'text/xml' })],
      ['431', () => get('', { 'X-Big': 'a'.repeat(20 * KIB) })],
    ])('forbid to keep it, and name the request: %s', async (status, send) => {
      const [one, other] = [await send(), await send()];
      expect(one.status).toBe(Number(status));
      expect(one.headers['cache-control']).toBe('no-store');
      expect(one.headers['x-request-id']).toMatch(/\S/);
      expect(one.headers['x-request-id']).not.toBe(
        other.headers['x-request-id'],
      );
    });

    it('do not repeat a request id that the sender made up', async () => {
      const { headers } = await get(aForm(), { 'X-Request-Id': 'made-up' });
      expect(headers['x-request-id']).not.toBe('made-up');
    });

    it.each([
      ['a stored postback', () => get(aForm()), 200],
      ['a refused one', () => get(''), 400],
    ])('tell the rate: %s', async (_, send, status) => {
      const [one, other] = [await send(), await send()];
      expect(one.status).toBe(status);
      for (const name of ['limit', 'remaining', 'reset']) {
        expect(one.headers[`x-ratelimit-${name}`]).toMatch(/^\d+$/);
      }
      expect(Number(other.headers['x-ratelimit-remaining'])).toBeLessThan(
        Number(one.headers['x-ratelimit-limit']),
      );
    });

    it('tell nothing of what serves it', async () => {
      const { headers } = await get(aForm());
      expect(headers).not.toHaveProperty('x-powered-by');
      expect(headers).not.toHaveProperty('server');
      expect(headers).not.toHaveProperty('set-cookie');
    });
  });

  describe('an answer in time', () => {
    it('is got by a sender who never sends the rest of the body', async () => {
      const answer = await inTime(() =>
        exchangeRaw(
          app.origin,
          `${startOfPost()}Content-Length: 20\r\nConnection: close\r\n\r\nid=`,
        ),
      );
      expectProblem(app, answer, 503);
      expect(answer.headers['retry-after']).toMatch(/^[1-9]\d*$/);
    });

    it.each([
      ['the installs', 'install'],
      ['the keys', 'api_key'],
    ])('is got while the database does not get to %s', async (_, table) => {
      // A key that was not used before has to be looked up.
      const { key } = await makeKey(app);
      await app.db.query('begin');
      await app.db.query(`lock table ${table} in access exclusive mode`);
      try {
        const answer = await inTime(() => sendWith(`&apikey=${key}`, {}));
        expectProblem(app, answer, 503);
        expect(answer.headers['retry-after']).toMatch(/^[1-9]\d*$/);
      } finally {
        await app.db.query('rollback');
      }
      expectResult(await sendWith(`&apikey=${key}`, {}));
    });
  });

  describe('a 400', () => {
    it('lists its faults, also when they are of no field', async () => {
      const refused = {
        malformed_json: await post('{'),
        too_deep: await post(`{"a":${'['.repeat(9)}${']'.repeat(9)}}`),
        too_many_fields: await get('a&'.repeat(101)),
      };
      for (const [code, answer] of Object.entries(refused)) {
        const { errors } = expectProblem(app, answer, 400, code);
        expect({ code, errors }).toEqual({ code, errors: expect.any(Array) });
      }
    });

    it('names the faults of the encoding and of the values at once', async () => {
      const answer = await get(`${aForm()}&campaign_name=50%&cost=abc`);
      const { errors } = expectProblem(app, answer, 400);
      expect(errors?.map(({ field }) => field).toSorted()).toEqual([
        'campaign_name',
        'cost',
      ]);
    });
  });

  it('explains a problem at the address that its type gives', async () => {
    for (const answer of [await get(''), await post('{'), await get('id=%')]) {
      const { type, code } = expectProblem(app, answer, 400);
      const page = await exchange(app.origin, { path: type });
      expect(page.status).toBe(200);
      expect(page.text).toContain(code);
    }
  });

  describe('an address that is not encoded', () => {
    it.each([
      ['letters outside ASCII', 'publisher_name=Осень', 'invalid_encoding'],
      ['a space', 'publisher_name=a b', 'malformed_request'],
    ])('is refused with how to send it: %s', async (_, fields, code) => {
      const answer = await exchangeRaw(
        app.origin,
        `GET ${CUSTOM}?apikey=${app.apiKey}&user_id=u&${fields} HTTP/1.1\r\nHost: a\r\n\r\n`,
      );
      const { detail } = expectProblem(app, answer, 400, code);
      expect(detail).toMatch(/percent-encode every value/);
    });
  });

  describe('what is not HTTP', () => {
    it.each<[string, () => string]>([
      [
        'Content-Length and Transfer-Encoding',
        () =>
          `${startOfPost()}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /health/live HTTP/1.1\r\nHost: a\r\n\r\n`,
      ],
      [
        'Transfer-Encoding and Content-Length',
        () =>
          `${startOfPost()}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n`,
      ],
      [
        'two different Content-Lengths',
        () =>
          `${startOfPost()}Content-Length: 0\r\nContent-Length: 40\r\n\r\nGET /health/live HTTP/1.1\r\nHost: a\r\n\r\n`,
      ],
      [
        'two equal Content-Lengths',
        () => `${startOfPost()}Content-Length: 1\r\nContent-Length: 1\r\n\r\na`,
      ],
      [
        'a Content-Length that is no number',
        () => `${startOfPost()}Content-Length: 1x\r\n\r\na`,
      ],
      [
        'a negative Content-Length',
        () => `${startOfPost()}Content-Length: -1\r\n\r\n`,
      ],
      [
        'a space before the colon of a header',
        () => `${startOfPost()}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`,
      ],
      [
        'a folded header',
        () => `${startOfPost()}X-Folded: a\r\n b\r\nContent-Length: 0\r\n\r\n`,
      ],
      [
        'bare line feeds',
        () =>
          `GET ${CUSTOM}?apikey=${app.apiKey} HTTP/1.1\nHost: a\nConnection: close\n\n`,
      ],
      [
        'no Host',
        () =>
          `GET ${CUSTOM}?apikey=${app.apiKey} HTTP/1.1\r\nConnection: close\r\n\r\n`,
      ],
      [
        'a NUL in a header',
        () => `${startOfPost()}X-Nul: a\0b\r\nContent-Length: 0\r\n\r\n`,
      ],
      [
        'a chunk size that is no number',
        () =>
          `${startOfPost()}Transfer-Encoding: chunked\r\n\r\nzz\r\na\r\n0\r\n\r\n`,
      ],
      [
        'a transfer encoding behind chunked',
        () =>
          `${startOfPost()}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
      ],
      ['no HTTP at all', () => 'hello\r\n\r\n'],
    ])('is refused, and the connection closed: %s', async (_, bytes) => {
      const before = await installCount(app);
      // Resolves only once the server has closed the connection.
      const answer = await exchangeRaw(app.origin, bytes());
      expectProblem(app, answer, 400);
      expect(await installCount(app)).toBe(before);
    });

    it('does not take what is behind a body for a request', async () => {
      const id = randomUUID();
      const smuggled = `GET ${CUSTOM}?apikey=${app.apiKey}&${aForm({ id })} HTTP/1.1\r\nHost: a\r\n\r\n`;
      await exchangeRaw(
        app.origin,
        `${startOfPost()}Content-Length: ${smuggled.length}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
      );
      const { rows } = await app.db.query(
        'select id from install where id = $1',
        [id],
      );
      expect(rows).toEqual([]);
    });

    it('may expect what nobody can do: the answer is as every other', async () => {
      const answer = await exchangeRaw(
        app.origin,
        `GET ${CUSTOM}?${aForm()} HTTP/1.1\r\nHost: a\r\nX-Api-Key: ${app.apiKey}\r\nExpect: nonsense\r\nConnection: close\r\n\r\n`,
      );
      expect(answer.headers['x-request-id']).toMatch(/\S/);
      expect(answer.headers['cache-control']).toBe('no-store');
    });

    it('lets a sender ask whether to go on', async () => {
      const body = aForm();
      const answer = await exchangeRaw(
        app.origin,
        `${startOfPost()}Expect: 100-continue\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      );
      expect(answer.status).toBe(100);
      expect(answer.text).toContain('"status":"created"');
    });
  });
});

describe('the rate', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ THROTTLE_LIMIT: '3', BAD_KEY_LIMIT: '3' });
  });
  afterAll(() => app.close());

  it('of a key is limited: 429 with Retry-After, and nothing stored', async () => {
    const send = () =>
      exchange(app.origin, {
        path: `${CUSTOM}?apikey=${app.apiKey}&${aForm()}`,
      });
    for (const remaining of ['2', '1', '0']) {
      const answer = await send();
      expectResult(answer);
      expect(answer.headers).toMatchObject({
        'x-ratelimit-limit': '3',
        'x-ratelimit-remaining': remaining,
      });
    }
    const before = await installCount(app);
    const refused = await send();
    expectProblem(app, refused, 429, 'too_many_requests');
    expect(refused.headers['retry-after']).toMatch(/^[1-9]\d*$/);
    expect(refused.headers).toMatchObject({
      'x-ratelimit-limit': '3',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': expect.stringMatching(/^\d+$/),
    });
    expect(await installCount(app)).toBe(before);
  });

  it('of bad keys from one address is limited', async () => {
    const send = () =>
      exchange(app.origin, { path: `${CUSTOM}?apikey=bad&${aForm()}` });
    for (let i = 0; i < 3; i++) expectProblem(app, await send(), 401);
    const refused = await send();
    expectProblem(app, refused, 429, 'too_many_requests');
    expect(refused.headers['retry-after']).toMatch(/^[1-9]\d*$/);
  });
});
