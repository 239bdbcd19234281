import * as fc from 'fast-check';
import { type Response } from 'supertest';
import { startApp, type TestApp } from '../../support/app';
import {
  call,
  everyItem,
  makeProject,
  sendInstall,
} from '../../support/management';

let app: TestApp;

beforeAll(async () => {
  app = await startApp({ BAD_KEY_LIMIT: '1000000' });
});

afterAll(() => app.close());

type InstallAnswer = { readonly install_id: string } & Record<string, unknown>;

async function listInstalls(
  project: number,
  query: Record<string, string> = {},
): Promise<InstallAnswer[]> {
  return everyItem(app, `/v1/projects/${project}/installs`, query);
}

/** Percent-encoded, also where it is no well-formed text. */
const encode = (text: string) => encodeURIComponent(text.toWellFormed());

async function expectNoFailure(answer: Promise<Response>): Promise<void> {
  const { status, text } = await answer;
  expect(status < 500 ? 'no failure' : `${status} ${text}`).toBe('no failure');
}

describe('the management API and arbitrary input', () => {
  const NASTY = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.constantFrom(
      "' or '1'='1",
      "'; drop table install; --",
      '" or ""="',
      '1; select pg_sleep(10)',
      '\\',
      '\u0000',
      'a\u0000b',
      '\ud800',
      '\uffff',
      '$1',
      '?',
      ':name',
      '%',
      '%s%n',
      '../../etc/passwd',
      '{"$ne":null}',
      '[]',
      'NaN',
      'infinity',
      '9'.repeat(400),
      '-0',
      '<script>alert(1)</script>',
      '\r\nSet-Cookie: a=b',
      '0001-01-01 00:00:00',
      '9999-12-31 23:59:59+00:00',
      '0001-01-01T00:00:00-23:59',
    ),
  );
  const PARAMETERS = [
    'limit',
    'cursor',
    'from',
    'to',
    'tracker',
    'publisher_name',
    'campaign_id',
    'country_code',
    'id',
    'google_aid',
    'ios_ifa',
    'os_id',
    'user_id',
    's_ad_name',
    'device_model',
    'nothing',
    '__proto__',
    'constructor',
  ];

  it('in the query of GET /installs: no 5xx', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...PARAMETERS), NASTY, (name, value) =>
        expectNoFailure(
          call(app, 'get', `/v1/projects/1/installs?${name}=${encode(value)}`),
        ),
      ),
      { numRuns: 400 },
    );
  });

  it.each(PARAMETERS.slice(0, -3))('NUL in %s is rejected', async (name) => {
    const { status } = await call(
      app,
      'get',
      `/v1/projects/1/installs?${name}=a%00b`,
    );
    expect(status).toBe(400);
  });

  it('in a path: no 5xx', async () => {
    await fc.assert(
      fc.asyncProperty(
        NASTY,
        fc.constantFrom(
          (text: string) => call(app, 'get', `/v1/projects/${text}`),
          (text: string) => call(app, 'get', `/v1/projects/${text}/installs`),
          (text: string) => call(app, 'get', `/v1/projects/1/installs/${text}`),
          (text: string) => call(app, 'delete', `/v1/projects/1/keys/${text}`),
        ),
        (text, send) => expectNoFailure(send(encode(text))),
      ),
      { numRuns: 200 },
    );
  });

  it.each(['%', '%ff', '%E0%A4%A', '%00', '%2e%2e', '..%2f..'])(
    '%s in a path: 4xx',
    async (text) => {
      for (const path of [
        `/v1/projects/${text}`,
        `/v1/projects/1/installs/${text}`,
        `/${text}`,
      ]) {
        const answer = await call(app, 'get', path);
        expect([400, 404]).toContain(answer.status);
        expect(answer.headers['content-type']).toMatch(
          /^application\/problem\+json/,
        );
      }
    },
  );

  it('in a body: no 5xx', async () => {
    const members = fc.dictionary(
      fc.oneof(
        fc.constantFrom(
          'name',
          'label',
          'scopes',
          'expires_at',
          'allowed_addresses',
          'dedupe_without_id',
          'rate_limit',
        ),
        NASTY,
      ),
      fc.oneof(NASTY, fc.jsonValue({ maxDepth: 2 })),
      { maxKeys: 4 },
    );
    const project = await makeProject(app);
    await fc.assert(
      fc.asyncProperty(
        members,
        fc.constantFrom(
          ['post', '/v1/projects'] as const,
          ['patch', `/v1/projects/${project}`] as const,
          ['post', `/v1/projects/${project}/keys`] as const,
        ),
        (body, [method, path]) =>
          expectNoFailure(call(app, method, path).send(body)),
      ),
      { numRuns: 300 },
    );
  });

  it('a project name is returned unchanged, or rejected', async () => {
    await fc.assert(
      fc.asyncProperty(
        NASTY.filter((text) => text.isWellFormed()),
        async (text) => {
          const answer = await call(app, 'post', '/v1/projects').send({
            name: text,
          });
          expect([201, 400]).toContain(answer.status);
          if (answer.status === 201)
            expect(answer.body).toMatchObject({ name: text });
        },
      ),
      { numRuns: 100 },
    );
  });

  it('the service still works afterwards', async () => {
    await sendInstall(app, app.apiKey).expect(200);
    expect((await listInstalls(1, { limit: '1' })).length).toBeGreaterThan(0);
  });
});
