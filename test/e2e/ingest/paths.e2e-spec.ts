import { randomUUID } from 'node:crypto';
import { startApp, type TestApp } from '../../support/app';
import {
  aForm,
  type Answer,
  exchangeRaw,
  expectResult,
} from '../../support/ingest';
import { expectProblem } from '../../support/problems';
import { call } from '../../support/management';
import {
  makeTenant,
  rejectionsOf,
  statsOf,
  theRejection,
} from '../../support/rejections';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});

afterAll(() => app.close());

/** Sends exactly this request target, which clients would tidy up. */
function send(
  target: string,
  key: string,
  { method = 'GET', headers = ['Host: h'] } = {},
): Promise<Answer> {
  return exchangeRaw(
    app.origin,
    [
      `${method} ${target} HTTP/1.1`,
      ...headers,
      `X-Api-Key: ${key}`,
      'Connection: close',
      '',
      '',
    ].join('\r\n'),
  );
}

/** The writings of one path that the contract takes for the same. */
const FORMS: [string, (path: string) => string][] = [
  ['the plain form', (path) => path],
  ['with a trailing slash', (path) => `${path}/`],
  ['with repeated slashes', (path) => path.replaceAll('/', '///')],
  ['in capitals', (path) => path.toUpperCase()],
  ['in capitals, with repeated slashes', (path) => `/${path.toUpperCase()}//`],
  ['the absolute form', (path) => `http://h${path}`],
  ['the absolute form in capitals', (path) => `HTTP://H${path.toUpperCase()}`],
  ['the absolute form with https', (path) => `https://h/${path}`],
];

describe.each(FORMS)('%s', (_, write) => {
  it('of the path of the ingest endpoint accepts a postback', async () => {
    const path = write('/track/install/v1/custom');
    const answer = await send(`${path}?${aForm()}`, app.apiKey);
    expect(expectResult(answer).status).toBe('created');
    expect(answer.headers).not.toHaveProperty('content-security-policy');
  });

  it('of the path of a tracker stores its rejections under the name of the tracker', async () => {
    const tenant = await makeTenant(app);
    const path = write('/track/install/v1/adjust');
    await send(`${path}?cost=much`, tenant.key);
    expect(await theRejection(app, tenant)).toMatchObject({
      tracker: 'adjust',
      request: {
        path: expect.stringMatching(/^\/track\/install\/v1\/adjust\/?$/i),
        query: 'cost=much',
      },
    });
    expect((await statsOf(app, tenant)).data).toMatchObject([
      { tracker: 'adjust', refused: 1 },
    ]);
  });

  it('that cannot be decoded stores a rejection like any unknown tracker', async () => {
    const tenant = await makeTenant(app);
    const answer = await send(write('/track/install/v1/%zz'), tenant.key);
    expectProblem(app, answer, 404, 'unknown_tracker');
    expect(await theRejection(app, tenant)).toMatchObject({
      tracker: 'unknown',
      code: 'unknown_tracker',
      request: { path: expect.stringMatching(/%25zz\/?$/i) },
    });
  });

  it('of a batch accepts POST only, and stores nothing for other methods', async () => {
    const tenant = await makeTenant(app);
    for (const tracker of ['custom', 'adjust']) {
      const path = write(`/track/install/v1/${tracker}/batch`);
      for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE']) {
        const answer = await send(`${path}?${aForm()}`, tenant.key, { method });
        expect(answer.status).toBe(405);
        expect(answer.headers.allow).toBe('POST, OPTIONS');
      }
    }
    // What is refused later is kept later.
    await send(write('/track/install/v1/custom'), tenant.key);
    expect(await rejectionsOf(app, tenant, 1)).toMatchObject([
      { code: 'invalid_postback' },
    ]);
  });

  it('of a batch that was rejected as a whole cannot be replayed', async () => {
    const tenant = await makeTenant(app);
    const path = write('/track/install/v1/custom/batch');
    const answer = await exchangeRaw(
      app.origin,
      `POST ${path} HTTP/1.1\r\nHost: h\r\nX-Api-Key: ${tenant.key}\r\nContent-Length: 1\r\nConnection: close\r\n\r\n{`,
    );
    expectProblem(app, answer, 400, 'malformed_json');
    const { rejection_id } = await theRejection(app, tenant);
    const { body } = await call(
      app,
      'post',
      `${tenant.path}/rejections/${rejection_id}/replay`,
    ).send({});
    expect(body).toMatchObject({
      state: 'open',
      errors: [{ message: expect.stringContaining('batch') }],
    });
  });

  it('of a batch stores a rejected postback like a single one', async () => {
    const tenant = await makeTenant(app);
    const path = write('/track/install/v1/custom/batch');
    await exchangeRaw(
      app.origin,
      `POST ${path} HTTP/1.1\r\nHost: h\r\nX-Api-Key: ${tenant.key}\r\nContent-Length: 4\r\nConnection: close\r\n\r\n[{}]`,
    );
    expect(await theRejection(app, tenant)).toMatchObject({
      tracker: 'custom',
      request: { path: '/track/install/v1/custom', body: '{}' },
    });
  });
});

it('a GET of the batch of an unknown tracker is stored as a rejection', async () => {
  const tenant = await makeTenant(app);
  const name = `t${randomUUID().slice(0, 8)}`;
  const answer = await send(`/track/install/v1/${name}/batch`, tenant.key);
  expectProblem(app, answer, 404, 'unknown_tracker');
  expect(await theRejection(app, tenant)).toMatchObject({
    tracker: 'unknown',
    request: { path: `/track/install/v1/${name}/batch` },
  });
});

describe('the Host header', () => {
  const TARGET = `/track/install/v1/custom?${aForm({ id: 'host' })}`;

  it.each<[string, string[]]>([
    ['is sent twice', ['Host: h', 'Host: h']],
    ['is sent twice, in other capitals', ['host: a', 'HOST: b']],
    ['is absent', []],
    ['is empty', ['Host:']],
  ])('results in malformed_request when it %s', async (_, headers) => {
    for (const target of [TARGET, `http://h${TARGET}`, '/health/live']) {
      const answer = await send(target, app.apiKey, { headers });
      expectProblem(app, answer, 400, 'malformed_request');
    }
  });

  it('is optional in HTTP/1.0', async () => {
    const answer = await exchangeRaw(
      app.origin,
      'GET /health/live HTTP/1.0\r\n\r\n',
    );
    expect(answer.status).toBe(200);
  });

  it.each([
    ['example.com:80', 'http://example.com'],
    ['EXAMPLE.com:80', 'http://example.com'],
    ['example.com:8080', 'http://example.com:8080'],
    ['[::1]:80', 'http://[::1]'],
  ])('accepts %s, also with a default port', async (host, origin) => {
    expect(await originOfUrl('/v1/trackers/adjust', host)).toBe(origin);
  });

  it('is ignored for an absolute target', async () => {
    const target = 'http://public.example:81/v1/trackers/adjust';
    expect(await originOfUrl(target, 'other.example')).toBe(
      'http://public.example:81',
    );
  });
});

/** Where the ready URLs of a tracker point to. */
async function originOfUrl(target: string, host: string): Promise<string> {
  const answer = await send(target, app.apiKey, {
    headers: [`Host: ${host}`],
  });
  expect(answer.status).toBe(200);
  const { postback_url } = JSON.parse(answer.text) as {
    postback_url: string;
  };
  return new URL(postback_url).origin;
}
