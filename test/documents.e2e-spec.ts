import { randomUUID } from 'node:crypto';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import type { OpenAPIObject } from '@nestjs/swagger';
import { Client } from 'pg';
import request, { type Response, type Test } from 'supertest';
import { generateApiKey } from '../src/auth/api-key';
import { ACCESS } from '../src/access/access.decorator';
import { Drain } from '../src/http/drain';
import { EventLoopLag } from '../src/http/event-loop-lag';
import { PROBLEM_CODES } from '../src/problems/problem-codes';
import { startApp, type TestApp } from './support/app';
import { CUSTOM, exchangeRaw } from './support/ingest';
import {
  call,
  Door,
  eventually,
  makeProject,
  makeKey,
} from './support/management';
import { createDatabase } from './support/postgres';
import { TEMPLATE } from './support/template';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
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

type Field = Omit<Schema, 'required'> & { readonly required: boolean };

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

function operation(name: string): Operation {
  const found = operations().find(([key]) => key === name)?.[1];
  if (!found) throw new Error(`${name} is not documented`);
  return found;
}

/** Every route that Express knows, as `GET /path/{parameter}`. */
function routes(): string[] {
  interface Layer {
    readonly route?: {
      readonly path: string | RegExp;
      readonly methods: Record<string, boolean>;
    };
  }
  const express = app.app.getHttpAdapter().getInstance() as {
    router: { stack: Layer[] };
  };
  return express.router.stack.flatMap(({ route }) =>
    route
      ? Object.keys(route.methods).map(
          (method) =>
            `${method.toUpperCase()} ${String(route.path).replaceAll(/:(\w+)/g, '{$1}')}`,
        )
      : [],
  );
}

/** Middleware, the documents themselves, and the paths that say that a tracker is unknown, or a method not allowed. */
const UNDOCUMENTED = [
  /^[A-Z-]+ \{\/\*splat\}$/,
  /^GET \/docs(\/|$)/,
  /^GET \/openapi\.json$/,
  /^GET \/track\/install\/v1\/\w+\/batch$/,
  /^[A-Z-]+ \/track\/install\/v1\/\{tracker\}(\/(validate|batch))?$/,
];

describe('/openapi.json', () => {
  it('is OpenAPI 3.1', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d+$/);
    expect(document.info.version).toMatch(/^\d+\.\d+\.\d+/);
  });

  it('is served as JSON, to anybody', async () => {
    const { headers } = await request(app.server)
      .get('/openapi.json')
      .expect(200);
    expect(headers['content-type']).toMatch(/^application\/json/);
  });

  it('describes every route that exists, and none that does not', () => {
    const existing = routes().filter(
      (route) => !UNDOCUMENTED.some((pattern) => pattern.test(route)),
    );
    expect(existing.length).toBeGreaterThan(10);
    expect(
      operations()
        .map(([name]) => name)
        .toSorted(),
    ).toEqual(existing.toSorted());
  });

  it.each([
    'GET /track/install/v1/custom',
    'POST /track/install/v1/custom',
    'POST /v1/projects',
    'GET /v1/projects',
    'GET /v1/projects/{project_id}',
    'PATCH /v1/projects/{project_id}',
    'POST /v1/projects/{project_id}/keys',
    'GET /v1/projects/{project_id}/keys',
    'DELETE /v1/projects/{project_id}/keys/{key_id}',
    'GET /v1/projects/{project_id}/installs',
    'GET /v1/projects/{project_id}/installs/{install_id}',
    'GET /track/install/v1/appsflyer',
    'POST /track/install/v1/branch',
    'GET /v1/trackers',
    'GET /v1/trackers/{tracker}',
    'GET /health/live',
    'GET /health/ready',
  ])('describes %s of the contract', (name) => {
    expect(operation(name).summary).toMatch(/\S/);
  });

  it('names every operation, each by a name of its own', () => {
    const names = operations().map(([, { operationId }]) => operationId);
    for (const name of names) expect(name).toMatch(/^[a-z][A-Za-z]+$/);
    expect(new Set(names).size).toBe(names.length);
  });

  it('gives every error of every operation as problem+json', () => {
    const errors = operations().flatMap(([name, { responses }]) =>
      Object.entries(responses)
        .filter(([status]) => !/^2\d\d$/.test(status))
        .map(([status, { content }]) => ({
          name,
          status,
          types: Object.keys(content ?? {}),
          schema: content?.[PROBLEM]?.schema?.$ref,
        })),
    );
    expect(errors.length).toBeGreaterThan(20);
    for (const error of errors) {
      expect(error).toMatchObject({
        status: expect.stringMatching(/^[45]\d\d$/),
        types: [PROBLEM],
        schema: '#/components/schemas/ProblemDto',
      });
    }
  });

  it('says which operations need a key, and by what it is sent', () => {
    const schemes = document.components?.securitySchemes ?? {};
    for (const [name, { security = [] }] of operations()) {
      expect(security.length === 0).toBe(name.startsWith('GET /health/'));
      // An empty requirement: it may be called without.
      expect(security.some((scheme) => Object.keys(scheme).length === 0)).toBe(
        name.startsWith('GET /v1/trackers'),
      );
      for (const scheme of security.flatMap((item) => Object.keys(item))) {
        expect(Object.keys(schemes)).toContain(scheme);
      }
    }
    const ingest = operation('GET /track/install/v1/custom').security ?? [];
    const ways = ingest
      .flatMap((item) => Object.keys(item))
      .map((name) => schemes[name]);
    expect(ways).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          type: 'apiKey',
          in: 'query',
          name: 'apikey',
        }),
        expect.objectContaining({
          type: 'apiKey',
          in: 'header',
          name: 'X-Api-Key',
        }),
        expect.objectContaining({ type: 'http', scheme: 'bearer' }),
      ]),
    );
  });

  it.each([
    ['GET', ['400', '401', '403', '414', '429', '500', '503']],
    ['POST', ['400', '401', '403', '413', '414', '415', '429', '500', '503']],
  ])('lists the errors of %s on the ingest endpoint', (method, statuses) => {
    const { responses } = operation(`${method} /track/install/v1/custom`);
    expect(Object.keys(responses)).toEqual(
      expect.arrayContaining(['200', ...statuses]),
    );
    expect(Object.keys(responses)).not.toContain('201');
    for (const status of ['429', '503']) {
      expect(Object.keys(responses[status].headers ?? {})).toContain(
        'Retry-After',
      );
    }
  });

  it('has no reference that leads nowhere', () => {
    const references = [
      ...JSON.stringify(document).matchAll(
        /"\$ref":"#\/components\/schemas\/(\w+)"/g,
      ),
    ];
    expect(references.length).toBeGreaterThan(0);
    for (const [, name] of references) {
      expect(Object.keys(document.components?.schemas ?? {})).toContain(name);
    }
  });
});

/** The fields of the ingest endpoint: parameters of the query, or members of the body. */
function fieldsOf(method: 'GET' | 'POST'): Record<string, Field> {
  const { parameters = [], requestBody } = operation(`${method} ${CUSTOM}`);
  if (method === 'GET') {
    return Object.fromEntries(
      parameters
        .filter((parameter) => parameter.in === 'query')
        .map(({ name, schema, description, example, required = false }) => [
          name,
          {
            ...schema,
            description: description ?? schema.description,
            example: example ?? schema.example,
            required,
          },
        ]),
    );
  }
  const { $ref = '' } = requestBody?.content['application/json'].schema ?? {};
  const schemas = document.components?.schemas as Record<string, Schema>;
  const { properties = {}, required = [] } =
    schemas[$ref.replace('#/components/schemas/', '')];
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [
      name,
      { ...schema, required: required.includes(name) },
    ]),
  );
}

/** The example of the document, with an `id` of its own. */
const exampleOf = (method: 'GET' | 'POST') => ({
  ...Object.fromEntries(
    Object.entries(fieldsOf(method)).map(([name, field]) => [
      name,
      field.example,
    ]),
  ),
  id: randomUUID(),
});

describe('each field of the contract', () => {
  const text = { maxLength: 1024 };
  const keyText = { maxLength: 255 };
  const uuid = { pattern: expect.any(String) };
  const FIELDS: [string, object][] = [
    ['publisher_name', text],
    [
      'install_timestamp',
      { description: expect.stringMatching(/2008-07-10.*24 h/) },
    ],
    ['click_timestamp', {}],
    ['campaign_name', text],
    ['campaign_id', text],
    ['country_code', { pattern: expect.any(String) }],
    ['s_publisher_name', text],
    ['s_publisher', text],
    ['s_campaign_name', text],
    ['s_campaign', text],
    ['s_site_name', text],
    ['s_site', text],
    ['s_adgroup_name', text],
    ['s_adgroup', text],
    ['s_ad_name', text],
    ['s_ad', text],
    ['s_keyword_name', text],
    ['s_placement_name', text],
    ['device_model', text],
    ['device_brand', text],
    ['event_name', {}],
    ['cost', { minimum: 0, maximum: 999_999.999999 }],
    ['id', keyText],
    ['ios_ifa', uuid],
    ['ios_ifv', uuid],
    ['google_aid', uuid],
    ['windows_aid', uuid],
    ['os_id', keyText],
    ['user_id', keyText],
  ];

  const EACH = (['GET', 'POST'] as const).flatMap((method) =>
    FIELDS.map(([name, limits]) => [method, name, limits] as const),
  );

  it.each(EACH)(
    '%s documents %s with description, example and limits',
    (method, name, limits) => {
      const field = fieldsOf(method)[name];
      expect(field).toMatchObject({
        description: expect.stringMatching(/\S/),
        ...limits,
      });
      expect(field.required).toBe(name === 'publisher_name');

      const { example, pattern, maxLength = Infinity } = field;
      expect(String(example)).toMatch(/\S/);
      expect(String(example)).toMatch(new RegExp(pattern ?? ''));
      expect(String(example).length).toBeLessThanOrEqual(maxLength);
    },
  );

  it.each(['GET', 'POST'] as const)('%s documents no other field', (method) => {
    expect(Object.keys(fieldsOf(method)).toSorted()).toEqual(
      FIELDS.map(([name]) => name).toSorted(),
    );
  });

  const IDENTIFIERS = [
    'ios_ifa',
    'ios_ifv',
    'google_aid',
    'windows_aid',
    'os_id',
    'user_id',
  ];
  it('one of the six identifiers is asked for', () => {
    const schema = document.components?.schemas
      ?.InstallPostbackDto as unknown as { anyOf?: { required: string[] }[] };
    expect(
      schema.anyOf?.flatMap(({ required }) => required).toSorted(),
    ).toEqual(IDENTIFIERS.toSorted());
  });

  it.each<[string, () => Test]>([
    ['GET', () => request(app.server).get(CUSTOM).query(exampleOf('GET'))],
    [
      'POST as JSON',
      () => request(app.server).post(CUSTOM).send(exampleOf('POST')),
    ],
    [
      'POST as a form',
      () =>
        request(app.server).post(CUSTOM).type('form').send(exampleOf('POST')),
    ],
  ])('is accepted as its example says: %s', async (_, send) => {
    const { body } = await send().query({ apikey: app.apiKey }).expect(200);
    expect(body).toMatchObject({ status: 'created', warnings: [] });
  });
});

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

  it('explains the problems of the examples', async () => {
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
  ])('is where the type of a real %s leads', async (status, send) => {
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

describe('health', () => {
  it.each(['/health/live', '/health/ready'])(
    '%s is 200, for anybody',
    async (path) => {
      await request(app.server).get(path).expect(200, { status: 'ok' });
    },
  );

  it('is not ready while the database is away, but alive, and ready when it is back', async () => {
    const database = await createDatabase(TEMPLATE);
    const door = await Door.to(database.url);
    const behind = await startApp({}, door.url);
    behind.db.on('error', () => undefined);
    const ready = () => request(behind.server).get('/health/ready');
    await ready().expect(200);

    await door.shut();
    const { headers, body } = await ready().expect(503);
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect(body).toMatchObject({ code: 'database_unavailable', status: 503 });
    await request(behind.server).get('/health/live').expect(200);

    await door.open();
    await eventually(
      5_000,
      async () => (await ready()).status,
      (status) => status === 200,
    );

    await behind.close();
    await door.shut();
    await database.drop();
  });

  it.each([
    ['is no more', (name: string) => [`drop database ${name} with (force)`]],
    [
      'takes no connections',
      (name: string) => [
        `alter database ${name} allow_connections false`,
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
      ],
    ],
  ])(
    'is not ready, and answers 503, when the database %s',
    async (_, statements) => {
      const database = await createDatabase(TEMPLATE);
      const orphan = await startApp({}, database.url);
      orphan.db.on('error', () => undefined);
      const administrator = new Client(process.env.TEST_DATABASE_URL);
      await administrator.connect();
      for (const statement of statements(
        new URL(database.url).pathname.slice(1),
      )) {
        await administrator.query(statement);
      }
      await administrator.end();

      const ready = await request(orphan.server).get('/health/ready');
      const sent = await request(orphan.server)
        .get(CUSTOM)
        .query({ apikey: generateApiKey() });
      await orphan.close();
      await database.drop();

      for (const { status, body } of [ready, sent]) {
        expect({ status, body }).toMatchObject({
          status: 503,
          body: { code: 'database_unavailable' },
        });
      }
    },
  );

  it('is not ready once it has said that it leaves, but serves', async () => {
    const leaving = await startApp();
    leaving.app.get(Drain).announced = true;
    const { body } = await request(leaving.server)
      .get('/health/ready')
      .expect(503);
    expect(body).toMatchObject({ code: 'shutting_down' });
    await request(leaving.server)
      .get(CUSTOM)
      .query({
        apikey: leaving.apiKey,
        publisher_name: 'P',
        user_id: 'u',
      })
      .expect(200);
    await request(leaving.server).get('/health/live').expect(200);
    await leaving.close();
  });

  it('refuses at once while the process can hardly keep up', async () => {
    const busy = await startApp();
    Object.defineProperty(busy.app.get(EventLoopLag), 'lasting', {
      value: 2_000,
    });
    const { body } = await request(busy.server)
      .get(CUSTOM)
      .query({ apikey: busy.apiKey, publisher_name: 'P', user_id: 'u' })
      .expect(503);
    expect(body).toMatchObject({ code: 'overloaded' });
    await request(busy.server).get('/health/live').expect(200);
    await busy.close();
  });

  it('is not ready while draining, and takes no new work, but alive', async () => {
    const draining = await startApp();
    draining.app.get(Drain).active = true;
    const { headers, body } = await request(draining.server)
      .get('/health/ready')
      .expect(503);
    expect(body).toMatchObject({ code: 'shutting_down', status: 503 });
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    await request(draining.server)
      .get(CUSTOM)
      .query({ apikey: draining.apiKey })
      .expect(503);
    await request(draining.server).get('/health/live').expect(200);
    await draining.close();
  });
});

/** Every handler of every controller, as `Controller.handler`, with what it declares. */
function handlers() {
  const scanner = new MetadataScanner();
  return [...app.app.get(ModulesContainer).values()]
    .flatMap(({ controllers }) => [...controllers.values()])
    .flatMap(({ metatype }) => {
      const { prototype, name } = metatype as {
        prototype: Record<string, object>;
        name: string;
      };
      return scanner.getAllMethodNames(prototype).map((method) => ({
        handler: prototype[method],
        owner: metatype as object,
        name: `${name}.${method}`,
      }));
    })
    .filter(
      ({ handler }) =>
        Reflect.hasMetadata(PATH_METADATA, handler) &&
        Reflect.hasMetadata(METHOD_METADATA, handler),
    )
    .map(({ handler, owner, name }) => ({
      name,
      access: (Reflect.getMetadata(ACCESS, handler) ??
        Reflect.getMetadata(ACCESS, owner)) as unknown,
    }));
}

describe('every route', () => {
  it('declares who may call it', () => {
    const declared = handlers();
    expect(declared.length).toBeGreaterThanOrEqual(15);
    const undeclared = declared.filter(
      ({ access }) =>
        !['public', 'key if sent', 'admin', 'read', 'ingest'].includes(
          String(access),
        ),
    );
    expect(undeclared).toEqual([]);
  });

  it('is only public where the contract says so', () => {
    const open = handlers()
      .filter(({ access }) => access === 'public')
      .map(({ name }) => name.split('.')[0]);
    expect(new Set(open)).toEqual(
      new Set(['HealthController', 'ProblemsController']),
    );
  });
});

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

  it.each(ANSWERS)('is on the answer to %s', async (_, send) => {
    const [one, other]: Response[] = [await send(), await send()];
    expect(one.headers['x-request-id']).toMatch(UUID);
    expect(other.headers['x-request-id']).not.toBe(one.headers['x-request-id']);
    if (one.headers['content-type']?.startsWith(PROBLEM) && one.text) {
      expect(JSON.parse(one.text)).toMatchObject({
        request_id: one.headers['x-request-id'],
      });
    }
  });

  it('is on the answer to an exhausted key', async () => {
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
  ])('is on the answer to %s', async (_, bytes, status) => {
    const answer = await exchangeRaw(app.origin, bytes);
    expect(answer.status).toBe(status);
    expect(answer.headers['x-request-id']).toMatch(UUID);
    expect(JSON.parse(answer.text)).toMatchObject({
      request_id: answer.headers['x-request-id'],
    });
  });

  it('is not taken from the sender', async () => {
    const { headers } = await request(app.server)
      .get('/health/live')
      .set('X-Request-Id', 'mine');
    expect(headers['x-request-id']).toMatch(UUID);
  });
});
