import type { OpenAPIObject } from '@nestjs/swagger';
import request, { type Test } from 'supertest';
import { PROBLEM_CODES } from '../../../src/problems/problem-codes';
import { startApp, type TestApp } from '../../support/app';
import { CUSTOM } from '../../support/ingest';
import { call } from '../../support/management';

const PROBLEM = 'application/problem+json';
const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** What the document says of a field, wherever it stands. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | string[];
  readonly description?: string;
  readonly example?: string | number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly enum?: string[];
  readonly properties?: Record<string, Schema>;
  readonly required?: string[];
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly example?: string | number;
  readonly schema: Schema;
}

interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly parameters?: Parameter[];
  readonly security?: Record<string, string[]>[];
  readonly requestBody?: { content: Record<string, { schema: Schema }> };
  readonly responses: Record<
    string,
    {
      description?: string;
      content?: Record<
        string,
        { schema?: Schema; example?: { type?: string } }
      >;
      headers?: Record<string, unknown>;
    }
  >;
}

let app: TestApp;
let document: OpenAPIObject;

beforeAll(async () => {
  app = await startApp();
  const { body } = await request(app.server).get('/openapi.json').expect(200);
  document = body as OpenAPIObject;
});

afterAll(() => app.close());

/** Every operation of the document, as `GET /path`. */
function operations(): [string, Operation][] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map(
      (method): [string, Operation] => [
        `${method.toUpperCase()} ${path}`,
        item[method] as unknown as Operation,
      ],
    ),
  );
}

describe('/docs', () => {
  it.each(['/docs', '/docs/'])('is Swagger UI: %s', async (path) => {
    const { text, headers } = await request(app.server)
      .get(path)
      .redirects(1)
      .expect(200);
    expect(headers['content-type']).toMatch(/^text\/html/);
    expect(text).toContain('swagger-ui');
  });

  it('works under its own content security policy: no script stands in the page, each is served from here', async () => {
    const { text, headers } = await request(app.server)
      .get('/docs')
      .redirects(1);
    const scripts = [...text.matchAll(/<script([^>]*)>([^<]*)/g)];
    expect(scripts.length).toBeGreaterThan(1);
    for (const [, attributes, content] of scripts) {
      expect(content.trim()).toBe('');
      const [, source] = /src="([^"]+)"/.exec(attributes) ?? [];
      const url = new URL(source, `${app.origin}/docs`);
      expect(url.origin).toBe(app.origin);
      const script = await request(app.server).get(url.pathname).expect(200);
      expect(script.headers['content-type']).toMatch(/javascript/);
    }
    const policy = headers['content-security-policy'];
    expect(policy).toMatch(/script-src 'self'/);
    expect(policy).toMatch(/connect-src 'self'/);
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
  });

  it('"Try it out" calls this service, wherever it runs', () => {
    expect(document.servers?.map(({ url }) => url)).toEqual(['/']);
  });

  /** The `type` of every problem, of the code and of the document's examples. */
  const PAGES = PROBLEM_CODES.map((code) => [code, `/docs/problems/${code}`]);

  it.each(PAGES)('explains the problem %s', async (code, path) => {
    const { text, headers } = await request(app.server).get(path).expect(200);
    expect(headers['content-type']).toMatch(/^text\/html/);
    expect(text).toContain(code);
  });

  it.each([
    'invalid_postback',
    'malformed_json',
    'too_many_fields',
    'too_deep',
    'invalid_encoding',
    'invalid_key',
    'address_not_allowed',
    'scope_missing',
    'unknown_tracker',
    'not_found',
    'too_many_requests',
    'overloaded',
    'database_unavailable',
    'shutting_down',
    'internal',
  ])('explains the code %s of the contract', async (code) => {
    await request(app.server).get(`/docs/problems/${code}`).expect(200);
  });

  it('explains the problems of the OpenAPI examples', async () => {
    const types = operations().flatMap(([, { responses }]) =>
      Object.values(responses).flatMap(
        ({ content }) => content?.[PROBLEM]?.example?.type ?? [],
      ),
    );
    expect(types.length).toBeGreaterThan(20);
    for (const type of new Set(types))
      await request(app.server).get(type).expect(200);
  });

  it.each<[string, () => Test]>([
    [
      '400',
      () => request(app.server).get(CUSTOM).query({ apikey: app.apiKey }),
    ],
    ['401', () => request(app.server).get(CUSTOM)],
    ['403', () => call(app, 'get', '/v1/projects', app.apiKey)],
    ['404', () => request(app.server).get('/nothing')],
    ['405', () => request(app.server).put(CUSTOM)],
    [
      '415',
      () =>
        request(app.server)
          .post(CUSTOM)
          .query({ apikey: app.apiKey })
          .type('application/xml')
          .send('<x/>'),
    ],
  ])('is the URL in the type of a real %s', async (status, send) => {
    const { body } = await send().expect(Number(status));
    await request(app.server)
      .get((body as { type: string }).type)
      .expect(200);
  });

  it.each(['nothing', '__proto__', 'toString', '<script>'])(
    'has no page for %s',
    async (code) => {
      const { text } = await request(app.server)
        .get(`/docs/problems/${encodeURIComponent(code)}`)
        .expect(404);
      expect(text).not.toContain('<script>');
    },
  );

  it('lists all codes', async () => {
    const { text } = await request(app.server)
      .get('/docs/problems')
      .expect(200);
    for (const code of PROBLEM_CODES) expect(text).toContain(code);
  });
});
