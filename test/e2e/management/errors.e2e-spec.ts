import { randomUUID } from 'node:crypto';
import { startApp, type TestApp } from '../../support/app';
import {
  call,
  everyItem,
  makeKey,
  makeProject,
  sendInstall,
} from '../../support/management';
import { expectInvalidFields, expectProblem } from '../../support/problems';

const NO_UUID = 'not-a-uuid';

let app: TestApp;

beforeAll(async () => {
  app = await startApp({ BAD_KEY_LIMIT: '1000000' });
});

afterAll(() => app.close());

/** Installs of a project of their own; answers what the ingest endpoint said of each. */
async function projectWithInstalls(
  ...installs: Record<string, string>[]
): Promise<{ project: number; ids: string[]; key: string }> {
  const project = await makeProject(app);
  const { key } = await makeKey(app, {}, project);
  const ids = [];
  for (const fields of installs) {
    const { body } = await sendInstall(app, key, fields).expect(200);
    ids.push((body as { install_id: string }).install_id);
  }
  return { project, ids, key };
}

describe('the management API returns 404 for', () => {
  it.each([
    '0',
    '-1',
    'x',
    '1x',
    '1.5',
    '1e3',
    '0x1',
    '01',
    '2147483647',
    '2147483648',
    '99999999999999999999',
    'null',
    "1' or '1'='1",
    '__proto__',
  ])('project %s', async (project) => {
    const path = `/v1/projects/${encodeURIComponent(project)}`;
    const answers = [
      await call(app, 'get', path),
      await call(app, 'patch', path).send({ name: 'N' }),
      await call(app, 'get', `${path}/keys`),
      await call(app, 'post', `${path}/keys`).send({ label: 'L' }),
      await call(app, 'delete', `${path}/keys/${randomUUID()}`),
      await call(app, 'get', `${path}/installs/${randomUUID()}`),
    ];
    for (const answer of answers) expectProblem(app, answer, 404, 'not_found');
  });

  it.each(['2147483647', '2147483648', 'x'])(
    'the installs of project %s',
    async (project) => {
      expectProblem(
        app,
        await call(app, 'get', `/v1/projects/${project}/installs`),
        404,
        'not_found',
      );
    },
  );

  it.each([
    NO_UUID,
    '1',
    '00000000-0000-0000-0000-000000000000',
    randomUUID(),
    `${randomUUID()}x`,
    'null',
    "' or true --",
  ])('key or install %s', async (id) => {
    const encoded = encodeURIComponent(id);
    const answers = [
      await call(app, 'delete', `/v1/projects/1/keys/${encoded}`),
      await call(app, 'get', `/v1/projects/1/installs/${encoded}`),
    ];
    for (const answer of answers) expectProblem(app, answer, 404, 'not_found');
  });

  it('an install of another project', async () => {
    const { ids } = await projectWithInstalls({});
    expectProblem(
      app,
      await call(app, 'get', `/v1/projects/1/installs/${ids[0]}`),
      404,
      'not_found',
    );
  });

  it.each([
    '/v1',
    '/v1/nothing',
    '/v1/projects/1/nothing',
    '/v2/projects',
    '/',
  ])('path %s', async (path) => {
    expectProblem(app, await call(app, 'get', path), 404, 'not_found');
  });
});

describe('a body of the management API', () => {
  it.each([
    '{',
    '{"name": }',
    "{'name': 'N'}",
    '{"name": "N",}',
    'name=N',
    '"N"',
    'nul',
    '[]',
    '{"name":"N"} x',
  ])('that is not a JSON object gets malformed_json: %s', async (body) => {
    const answer = await call(app, 'post', '/v1/projects')
      .type('application/json')
      .send(body);
    expectProblem(app, answer, 400, 'malformed_json');
  });

  it('that is too large gets 413', async () => {
    const answer = await call(app, 'post', '/v1/projects').send({
      name: 'x'.repeat(2_000_000),
    });
    expectProblem(app, answer, 413, 'payload_too_large');
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/xml',
    'multipart/form-data; boundary=x',
  ])('of another content type creates nothing: %s', async (type) => {
    const before = (await everyItem(app, '/v1/projects')).length;
    const answer = await call(app, 'post', '/v1/projects')
      .type(type)
      .send('name=N');
    expect([400, 415]).toContain(answer.status);
    expect(answer.headers['content-type']).toMatch(
      /^application\/problem\+json/,
    );
    expect(await everyItem(app, '/v1/projects')).toHaveLength(before);
  });

  it.each([
    '{"__proto__": {"name": "N"}}',
    '{"name": {"$ne": null}}',
    '{"name": {"toString": "x"}}',
    '{"name": ["N"]}',
  ])('creates nothing: %s', async (body) => {
    const answer = await call(app, 'post', '/v1/projects')
      .type('application/json')
      .send(body);
    expect(expectInvalidFields(app, answer)).toContain('name');
  });

  it.each([
    '{"name": "N", "__proto__": {"polluted": true, "rate_limit": 7}}',
    '{"name": "N", "constructor": {"prototype": {"polluted": true}}}',
  ])('does not change prototypes: %s', async (body) => {
    const answer = await call(app, 'post', '/v1/projects')
      .type('application/json')
      .send(body);
    expect([201, 400]).toContain(answer.status);
    if (answer.status === 201) {
      expect(answer.body).toMatchObject({ rate_limit: null });
    }
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('that is nested very deeply is rejected', async () => {
    const answer = await call(app, 'post', '/v1/projects')
      .type('application/json')
      .send(`{"name": ${'['.repeat(20_000)}${']'.repeat(20_000)}}`);
    expect(answer.status).toBe(400);
  });
});
