import { randomUUID } from 'node:crypto';
import request from 'supertest';
import { startApp, type TestApp } from '../../support/app';
import { exchange } from '../../support/ingest';
import { makeKey, makeProject } from '../../support/management';
import { expectProblem } from '../../support/problems';
import { routesOf } from '../../support/routes';

type Outcome = 'allowed' | 'invalid_key' | 'scope_missing';

/** Who calls. The keys with one scope belong to the project in the path. */
const CALLERS = [
  'without a key',
  'with a wrong key',
  'with an ingest key',
  'with a read key',
  'with a key of another project',
  'with the administrator token',
] as const;
type Caller = (typeof CALLERS)[number];

/** What each caller gets, in the order of CALLERS, by the access of the route. */
const OUTCOMES = {
  public: ['allowed', 'allowed', 'allowed', 'allowed', 'allowed', 'allowed'],
  'optional key': [
    'allowed',
    'invalid_key',
    'allowed',
    'allowed',
    'allowed',
    'allowed',
  ],
  // The key decides the project: another project's key stores for that one.
  ingest: [
    'invalid_key',
    'invalid_key',
    'allowed',
    'scope_missing',
    'allowed',
    'invalid_key',
  ],
  read: [
    'invalid_key',
    'invalid_key',
    'scope_missing',
    'allowed',
    'scope_missing',
    'allowed',
  ],
  administrator: [
    'invalid_key',
    'invalid_key',
    'scope_missing',
    'scope_missing',
    'scope_missing',
    'allowed',
  ],
} satisfies Record<string, Outcome[]>;

/** Every route of the service. A new route fails the test until it stands here. */
const ACCESS: Record<string, keyof typeof OUTCOMES> = {
  'GET /health/live': 'public',
  'GET /health/ready': 'public',
  'GET /openapi.json': 'public',
  'GET /docs': 'public',
  'GET /docs/{asset}': 'public',
  'GET /docs/problems': 'public',
  'GET /docs/problems/{code}': 'public',

  'GET /v1/trackers': 'optional key',
  'GET /v1/trackers/{tracker}': 'optional key',

  // These routes of each tracker, and of trackers that do not exist.
  'GET /track/install/v1/{tracker}': 'ingest',
  'POST /track/install/v1/{tracker}': 'ingest',
  'GET /track/install/v1/{tracker}/validate': 'ingest',
  'POST /track/install/v1/{tracker}/validate': 'ingest',
  'GET /track/install/v1/{tracker}/batch': 'ingest',
  'POST /track/install/v1/{tracker}/batch': 'ingest',
  'ALL /track/install/v1/{tracker}': 'ingest',
  'ALL /track/install/v1/{tracker}/validate': 'ingest',
  'ALL /track/install/v1/{tracker}/batch': 'ingest',

  'GET /v1/projects': 'administrator',
  'POST /v1/projects': 'administrator',
  'GET /v1/projects/{project_id}': 'read',
  'PATCH /v1/projects/{project_id}': 'administrator',
  'GET /v1/projects/{project_id}/keys': 'read',
  'POST /v1/projects/{project_id}/keys': 'administrator',
  'DELETE /v1/projects/{project_id}/keys/{key_id}': 'administrator',
  'GET /v1/projects/{project_id}/installs': 'read',
  'GET /v1/projects/{project_id}/installs/{install_id}': 'read',
  'GET /v1/projects/{project_id}/rejections': 'read',
  'GET /v1/projects/{project_id}/rejections/summary': 'read',
  'GET /v1/projects/{project_id}/rejections/{rejection_id}': 'read',
  'POST /v1/projects/{project_id}/rejections/{rejection_id}/replay':
    'administrator',
  'POST /v1/projects/{project_id}/rejections/replay': 'administrator',
  'GET /v1/projects/{project_id}/replays': 'read',
  'GET /v1/projects/{project_id}/replays/{replay_id}': 'read',
  'POST /v1/projects/{project_id}/replays/{replay_id}/cancel': 'administrator',
  'GET /v1/projects/{project_id}/stats': 'read',
  'GET /v1/bad-keys': 'administrator',
};

let app: TestApp;
let projectId: number;
let tokens: Record<Caller, string | undefined>;

beforeAll(async () => {
  app = await startApp({ BAD_KEY_LIMIT: '1000000', THROTTLE_LIMIT: '1000000' });
  projectId = await makeProject(app);
  const keyWith = async (scopes: string[], project = projectId) =>
    (await makeKey(app, { scopes }, project)).key;
  tokens = {
    'without a key': undefined,
    'with a wrong key': 'not-a-key',
    'with an ingest key': await keyWith(['ingest']),
    'with a read key': await keyWith(['read']),
    'with a key of another project': await keyWith(
      ['ingest', 'read'],
      await makeProject(app),
    ),
    'with the administrator token': app.adminToken,
  };
});

afterAll(() => app.close());

/** The name of a route in the table. */
const nameOf = (route: string) =>
  route
    .replace(/^(\w+ \/track\/install\/v1\/)[a-z_-]+/, '$1{tracker}')
    .replace(/^GET \/docs\/[\w.-]+\.\w+$/, 'GET /docs/{asset}');

/** Routes of the table; what handles all paths, and the preflight of CORS, is not a route. */
const routes = () => routesOf(app).filter((route) => !route.includes('{/*'));

function send(route: string, caller: Caller) {
  const [method, path] = route.split(' ');
  const token = tokens[caller];
  const hasBody = !['GET', 'DELETE'].includes(method);
  return exchange(app.origin, {
    method: method === 'ALL' ? 'POST' : method,
    path: path
      .replace('{project_id}', String(projectId))
      .replace('{tracker}', 'unknown')
      .replaceAll(/\{\w+\}/g, () => randomUUID()),
    headers: {
      ...(token && { Authorization: `Bearer ${token}` }),
      ...(hasBody && { 'Content-Type': 'application/json' }),
    },
    ...(hasBody && { body: '{}' }),
  });
}

it('the table names every route of the service, and no other', () => {
  expect([...new Set(routes().map(nameOf))].toSorted()).toEqual(
    Object.keys(ACCESS).toSorted(),
  );
});

describe.each(Object.entries(ACCESS))('%s (%s)', (name, access) => {
  it.each(CALLERS.map((caller, i) => [caller, OUTCOMES[access][i]] as const))(
    '%s: %s',
    async (caller, outcome) => {
      const found = routes().filter((route) => nameOf(route) === name);
      for (const route of found) {
        const answer = await send(route, caller);
        if (outcome === 'allowed') {
          const { status, text } = answer;
          expect({
            route,
            text,
            isRefused: [401, 403].includes(status),
          }).toEqual({
            route,
            text,
            isRefused: false,
          });
        } else {
          const status = outcome === 'invalid_key' ? 401 : 403;
          expectProblem(app, answer, status, outcome);
          const challenge = answer.headers['www-authenticate'];
          expect(challenge !== undefined).toBe(status === 401);
        }
      }
    },
  );
});

describe('GET /v1/projects/{project_id}/installs', () => {
  it.each(['01', '+1', '1.0', '%31', ' 1', '1%20', '1e0'])(
    'returns no installs of project 1, spelled "%s", to a key of another project',
    async (spelling) => {
      const { status } = await request(app.server)
        .get(`/v1/projects/${spelling}/installs`)
        .set(
          'Authorization',
          `Bearer ${tokens['with a key of another project']}`,
        );
      expect([403, 404]).toContain(status);
    },
  );
});

it('GET /v1/projects/{project_id} does not accept a key in the query', async () => {
  const answer = await request(app.server)
    .get(`/v1/projects/${projectId}`)
    .query({ apikey: tokens['with a read key'] });
  expectProblem(app, answer, 401, 'invalid_key');
});

it('a token that differs from the administrator token in one character is not valid', async () => {
  const last = app.adminToken.endsWith('0') ? '1' : '0';
  const answer = await request(app.server)
    .get('/v1/projects')
    .set('Authorization', `Bearer ${app.adminToken.slice(0, -1)}${last}`);
  expectProblem(app, answer, 401, 'invalid_key');
});
