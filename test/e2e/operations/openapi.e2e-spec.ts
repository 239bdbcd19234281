import { randomUUID } from 'node:crypto';
import type { OpenAPIObject } from '@nestjs/swagger';
import request, { type Test } from 'supertest';
import { startApp, type TestApp } from '../../support/app';
import { FIELD_TYPES, FIELDS } from '../../support/fields';
import { CUSTOM } from '../../support/ingest';
import { routesOf } from '../../support/routes';

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

  it('is served as JSON without a key', async () => {
    const { headers } = await request(app.server)
      .get('/openapi.json')
      .expect(200);
    expect(headers['content-type']).toMatch(/^application\/json/);
  });

  it('describes exactly the routes that exist', () => {
    const existing = routesOf(app).filter(
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

  it('has a unique name for each operation', () => {
    const names = operations().map(([, { operationId }]) => operationId);
    for (const name of names) expect(name).toMatch(/^[a-z][A-Za-z]+$/);
    expect(new Set(names).size).toBe(names.length);
  });

  it('describes every error as problem+json', () => {
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

  it('describes which operations require a key, and where it is sent', () => {
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

  it('has no broken reference', () => {
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
  const LIMITS = {
    text: { maxLength: 1024 },
    keyText: { maxLength: 255 },
    uuid: { pattern: expect.any(String) },
    time: {},
    country: { pattern: expect.any(String) },
    usd: { minimum: 0, maximum: 999_999.999999 },
    event: {},
  };

  const EACH = (['GET', 'POST'] as const).flatMap((method) =>
    FIELDS.map((name) => [method, name, LIMITS[FIELD_TYPES[name]]] as const),
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

  it.each(['GET', 'POST'] as const)(
    '%s documents the range of install_timestamp',
    (method) => {
      expect(fieldsOf(method).install_timestamp.description).toMatch(
        /2008-07-10.*24 h/,
      );
    },
  );

  it.each(['GET', 'POST'] as const)('%s documents no other field', (method) => {
    expect(Object.keys(fieldsOf(method)).toSorted()).toEqual(FIELDS.toSorted());
  });

  const IDENTIFIERS = [
    'ios_ifa',
    'ios_ifv',
    'google_aid',
    'windows_aid',
    'os_id',
    'user_id',
  ];
  it('requires one of the six identifiers', () => {
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
  ])('the example is accepted: %s', async (_, send) => {
    const { body } = await send().query({ apikey: app.apiKey }).expect(200);
    expect(body).toMatchObject({ status: 'created', warnings: [] });
  });
});
