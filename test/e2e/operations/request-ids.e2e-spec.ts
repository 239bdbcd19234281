import request, { type Response, type Test } from 'supertest';
import { startApp, type TestApp } from '../../support/app';
import { CUSTOM, exchangeRaw } from '../../support/ingest';
import { call, makeProject, makeKey } from '../../support/management';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const PROBLEM = 'application/problem+json';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});

afterAll(() => app.close());

const withKey = (test: Test) => test.query({ apikey: app.apiKey });

describe('X-Request-Id', () => {
  const ANSWERS: [string, () => Test][] = [
    [
      'a stored install',
      () =>
        withKey(request(app.server).get(CUSTOM)).query({
          publisher_name: 'P',
          user_id: 'u',
        }),
    ],
    ['a refused postback', () => withKey(request(app.server).get(CUSTOM))],
    ['a bad key', () => request(app.server).get(CUSTOM)],
    ['a missing scope', () => call(app, 'get', '/v1/projects', app.apiKey)],
    [
      'an unknown tracker',
      () => withKey(request(app.server).get('/track/install/v1/nobody')),
    ],
    ['a method that is not allowed', () => request(app.server).delete(CUSTOM)],
    ['HEAD', () => request(app.server).head(CUSTOM)],
    [
      'CORS preflight',
      () =>
        request(app.server)
          .options(CUSTOM)
          .set('Origin', 'https://game.example')
          .set('Access-Control-Request-Method', 'POST'),
    ],
    ['a list', () => call(app, 'get', '/v1/projects')],
    [
      'malformed JSON',
      () =>
        call(app, 'post', '/v1/projects').type('application/json').send('{'),
    ],
    ['nothing there', () => request(app.server).get('/nothing')],
    [
      'a path that cannot be decoded',
      () => request(app.server).get('/v1/projects/%ff'),
    ],
    ['Swagger UI', () => request(app.server).get('/docs').redirects(1)],
    [
      'a script of Swagger UI',
      () => request(app.server).get('/docs/swagger-ui-bundle.js'),
    ],
    ['the document', () => request(app.server).get('/openapi.json')],
    [
      'the page of a problem',
      () => request(app.server).get('/docs/problems/invalid_key'),
    ],
    ['a probe', () => request(app.server).get('/health/live')],
  ];

  it.each(ANSWERS)('is in the response to %s', async (_, send) => {
    const [one, other]: Response[] = [await send(), await send()];
    expect(one.headers['x-request-id']).toMatch(UUID);
    expect(other.headers['x-request-id']).not.toBe(one.headers['x-request-id']);
    if (one.headers['content-type']?.startsWith(PROBLEM) && one.text) {
      expect(JSON.parse(one.text)).toMatchObject({
        request_id: one.headers['x-request-id'],
      });
    }
  });

  it('is in the 429 of an exhausted key', async () => {
    const project = await makeProject(app, { rate_limit: 1 });
    const { key } = await makeKey(app, {}, project);
    const send = () => request(app.server).get(CUSTOM).query({ apikey: key });
    await send();
    const { headers } = await send().expect(429);
    expect(headers['x-request-id']).toMatch(UUID);
  });

  it.each([
    ['what is no HTTP', 'nonsense\r\n\r\n', 400],
    [
      'headers that are too large',
      `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`,
      431,
    ],
  ])('is in the response to %s', async (_, bytes, status) => {
    const answer = await exchangeRaw(app.origin, bytes);
    expect(answer.status).toBe(status);
    expect(answer.headers['x-request-id']).toMatch(UUID);
    expect(JSON.parse(answer.text)).toMatchObject({
      request_id: answer.headers['x-request-id'],
    });
  });

  it('does not repeat the id of the sender', async () => {
    const { headers } = await request(app.server)
      .get('/health/live')
      .set('X-Request-Id', 'mine');
    expect(headers['x-request-id']).toMatch(UUID);
  });
});
