import { startApp, type TestApp } from '../../support/app';
import {
  aForm,
  type Answer,
  anInstall,
  CUSTOM,
  exchange,
  exchangeRaw,
  expectCreated,
  expectResult,
  installCount,
} from '../../support/ingest';
import { expectFaults, expectProblem } from '../../support/problems';
import { makeKey } from '../../support/management';

const KIB = 1024;
const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';

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

  describe('the path', () => {
    it.each([
      ['without the trailing slash', '/track/install/v1/custom'],
      ['with the trailing slash', '/track/install/v1/custom/'],
    ])('accepts GET and POST %s', async (_, path) => {
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
    ])('returns 404 for %s %s', async (method, path, code) => {
      const answer = await exchange(app.origin, {
        method,
        path: `${path}?apikey=${app.apiKey}&${aForm()}`,
      });
      expectProblem(app, answer, 404, code);
    });
  });

  describe('the method', () => {
    it.each(['HEAD', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND', 'QUERY'])(
      '%s is rejected, and nothing is stored',
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

    it('is rejected when it is unknown, and nothing is stored', async () => {
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

    it('GET: the body is not read', async () => {
      const answer = await exchange(app.origin, {
        headers: { 'X-Api-Key': app.apiKey, 'Content-Type': JSON_TYPE },
        body: JSON.stringify(anInstall()),
      });
      expect(expectFaults(app, answer)).toContain('publisher_name: required');
    });

    it('POST: fields come from the query and the body together', async () => {
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

    it.each(['GET', 'POST'])(
      'accepts a preflight request of %s',
      async (method) => {
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
      },
    );

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
      'allows every origin to read a %s, without credentials',
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
    ])('allows no origin to read %s %s', async (method, path) => {
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

  describe('the headers of a response', () => {
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
    ])(
      'contain Cache-Control: no-store and the request id: %s',
      async (status, send) => {
        const [one, other] = [await send(), await send()];
        expect(one.status).toBe(Number(status));
        expect(one.headers['cache-control']).toBe('no-store');
        expect(one.headers['x-request-id']).toMatch(/\S/);
        expect(one.headers['x-request-id']).not.toBe(
          other.headers['x-request-id'],
        );
      },
    );

    it('do not contain a request id of the sender', async () => {
      const { headers } = await get(aForm(), { 'X-Request-Id': 'made-up' });
      expect(headers['x-request-id']).not.toBe('made-up');
    });

    it.each([
      ['a stored postback', () => get(aForm()), 200],
      ['a refused one', () => get(''), 400],
    ])('contain the rate limit: %s', async (_, send, status) => {
      const [one, other] = [await send(), await send()];
      expect(one.status).toBe(status);
      for (const name of ['limit', 'remaining', 'reset']) {
        expect(one.headers[`x-ratelimit-${name}`]).toMatch(/^\d+$/);
      }
      expect(Number(other.headers['x-ratelimit-remaining'])).toBeLessThan(
        Number(one.headers['x-ratelimit-limit']),
      );
    });

    it('do not name the server software', async () => {
      const { headers } = await get(aForm());
      expect(headers).not.toHaveProperty('x-powered-by');
      expect(headers).not.toHaveProperty('server');
      expect(headers).not.toHaveProperty('set-cookie');
    });
  });

  describe('a response in time', () => {
    it('is sent if the rest of the body never arrives', async () => {
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
    ])('is sent while the database does not process %s', async (_, table) => {
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

  describe('a 400 response', () => {
    it('lists errors that belong to no field', async () => {
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

    it('lists errors of encoding and values together', async () => {
      const answer = await get(`${aForm()}&campaign_name=50%&cost=abc`);
      const { errors } = expectProblem(app, answer, 400);
      expect(errors?.map(({ field }) => field).toSorted()).toEqual([
        'campaign_name',
        'cost',
      ]);
    });
  });

  it('the type of a problem is the URL of its documentation', async () => {
    for (const answer of [await get(''), await post('{'), await get('id=%')]) {
      const { type, code } = expectProblem(app, answer, 400);
      const page = await exchange(app.origin, { path: type });
      expect(page.status).toBe(200);
      expect(page.text).toContain(code);
    }
  });

  describe('a target that is not percent-encoded', () => {
    it.each([
      ['letters outside ASCII', 'publisher_name=Осень', 'invalid_encoding'],
      ['a space', 'publisher_name=a b', 'malformed_request'],
    ])('is rejected with the correct form: %s', async (_, fields, code) => {
      const answer = await exchangeRaw(
        app.origin,
        `GET ${CUSTOM}?apikey=${app.apiKey}&user_id=u&${fields} HTTP/1.1\r\nHost: a\r\n\r\n`,
      );
      const { detail } = expectProblem(app, answer, 400, code);
      expect(detail).toMatch(/percent-encode every value/);
    });
  });
});
