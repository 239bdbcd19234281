import { randomUUID } from 'node:crypto';
import request, { type Response } from 'supertest';
import { startApp, type TestApp } from '../../support/app';
import { call, makeKey, makeProject } from '../../support/management';

let app: TestApp;
/** With scope `read`, of the first project. */
let readKeyOfFirst: string;

beforeAll(async () => {
  app = await startApp({ BAD_KEY_LIMIT: '1000000' });
  readKeyOfFirst = (await makeKey(app, { scopes: ['read'] })).key;
});

afterAll(() => app.close());

/** Expects problem+json with this code; answers the fields that are at fault. */
function expectProblem(
  answer: Response,
  status: number,
  code: string,
): string[] {
  expect({ status: answer.status, body: answer.body }).toMatchObject({
    status,
    body: {
      code,
      status,
      type: expect.stringMatching(/^\//),
      title: expect.any(String),
      detail: expect.any(String),
      request_id: answer.headers['x-request-id'],
    },
  });
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  const { errors = [] } = answer.body as { errors?: { field: string }[] };
  return [...new Set(errors.map(({ field }) => field))];
}

describe('who may call', () => {
  const ALL: ['get' | 'post' | 'patch' | 'delete', string, boolean][] = [
    ['get', '/v1/projects', false],
    ['post', '/v1/projects', false],
    ['get', '/v1/projects/1', true],
    ['patch', '/v1/projects/1', false],
    ['post', '/v1/projects/1/keys', false],
    ['get', '/v1/projects/1/keys', true],
    ['delete', `/v1/projects/1/keys/${randomUUID()}`, false],
    ['get', '/v1/projects/1/installs', true],
    ['get', `/v1/projects/1/installs/${randomUUID()}`, true],
  ];

  it.each(ALL)('nobody without a token: %s %s', async (method, path) => {
    const answer = await request(app.server)[method](path);
    expectProblem(answer, 401, 'invalid_key');
    expect(answer.headers['www-authenticate']).toBeDefined();
  });

  it.each(ALL)(
    'nobody with a token that is none: %s %s',
    async (method, path) => {
      const almost = `${app.adminToken.slice(0, -1)}${app.adminToken.endsWith('0') ? '1' : '0'}`;
      expectProblem(await call(app, method, path, almost), 401, 'invalid_key');
    },
  );

  it.each(ALL)('not a key with scope ingest: %s %s', async (method, path) => {
    expectProblem(
      await call(app, method, path, app.apiKey),
      403,
      'scope_missing',
    );
  });

  it.each(ALL)(
    'a key with scope read, if it reads its own project: %s %s (%s)',
    async (method, path, isRead) => {
      const answer = await call(app, method, path, readKeyOfFirst);
      if (isRead) expect([200, 404]).toContain(answer.status);
      else expectProblem(answer, 403, 'scope_missing');
    },
  );

  it.each(ALL.filter(([, path]) => path !== '/v1/projects'))(
    'not a key with scope read of another project: %s %s',
    async (method, path) => {
      const other = await makeProject(app);
      const { key } = await makeKey(app, { scopes: ['read', 'ingest'] }, other);
      expectProblem(await call(app, method, path, key), 403, 'scope_missing');
    },
  );

  it.each(ALL)('the administrator: %s %s', async (method, path) => {
    const { status } = await call(app, method, path);
    expect([401, 403]).not.toContain(status);
  });

  it.each(['01', '+1', '1.0', '%31', ' 1', '1%20', '1e0'])(
    'a key gets no further by another spelling of a project: %s',
    async (spelling) => {
      const other = await makeProject(app);
      const { key } = await makeKey(app, { scopes: ['read'] }, other);
      const { status } = await call(
        app,
        'get',
        `/v1/projects/${spelling}/installs`,
        key,
      );
      expect([403, 404]).toContain(status);
    },
  );

  it('a key of the project is not asked for in the query', async () => {
    const answer = await request(app.server).get(
      `/v1/projects/1?apikey=${readKeyOfFirst}`,
    );
    expectProblem(answer, 401, 'invalid_key');
  });
});
