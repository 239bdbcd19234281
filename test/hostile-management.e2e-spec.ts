import fc from 'fast-check';
import request from 'supertest';
import { startApp, type TestApp } from './support/app';
import { CUSTOM } from './support/ingest';
import { call, makeKey, sendInstall } from './support/management';
import {
  type Document,
  type Operation,
  operationsOf,
} from './support/operations';
import { makeTenant, rejectionsOf, type Tenant } from './support/rejections';

let app: TestApp;
let tenant: Tenant;
let operations: Operation[];
/** Values of path parameters that name something. */
let named: Record<string, string>;

beforeAll(async () => {
  app = await startApp();
  const { body } = await request(app.server).get('/openapi.json').expect(200);
  operations = operationsOf(body as Document);
  tenant = await makeTenant(app);
  named = await fill(tenant);
});

afterAll(() => app.close());

/** Makes one of each, so that queries meet rows. */
async function fill({ path, key, projectId }: Tenant) {
  const { body: install } = await sendInstall(app, key).expect(200);
  await request(app.server).get(CUSTOM).query({ apikey: key }).expect(400);
  const [{ rejection_id }] = await rejectionsOf(app, tenant, 1);
  const { body: replay } = await call(app, 'post', `${path}/rejections/replay`)
    .send({ filter: {} })
    .expect(202);
  return {
    project_id: String(projectId),
    // Not the tenant's own, which is revoked on the way.
    key_id: (await makeKey(app, {}, projectId)).key_id,
    install_id: (install as { install_id: string }).install_id,
    rejection_id,
    replay_id: (replay as { replay_id: string }).replay_id,
    tracker: 'adjust',
  };
}

const TIMES = [
  '0000-12-31T23:59:59Z',
  '0001-01-01T00:00:00Z',
  '0001-01-01T00:00:00+23:59',
  '0001-01-01T00:00:00-23:59',
  '1969-12-31T23:59:59.999Z',
  '1970-01-01T00:00:00Z',
  '1970-01-01T00:30:00Z',
  '0000000000',
  '9999999999',
  '0000000000000',
  '9999999999999',
  '9999-12-31T22:59:59.999Z',
  '9999-12-31T23:00:00.001Z',
  '9999-12-31T23:59:59Z',
  '9999-12-31T23:59:59.999Z',
  '9999-12-31T23:59:59.999+23:59',
  '9999-12-31T23:59:59.999-23:59',
  '10000-01-01T00:00:00Z',
  '+010000-01-01T00:00:00.000Z',
  '+275760-09-13T00:00:00.000Z',
  '-000001-01-01T00:00:00Z',
  'infinity',
];

/** The first and the last moments that are read, and those that a zone or an hour more would make of them. */
const ENDS = [
  '0001-01-01T00:00:00Z',
  '1969-12-31T23:59:59.999Z',
  '1970-01-01T00:00:00Z',
  '9999-12-31T22:59:59.999Z',
  '9999-12-31T23:00:00.001Z',
  '9999-12-31T23:59:59.999Z',
];

const NUMBERS = [
  '-1',
  '0',
  '1',
  '1.5',
  '1e2',
  '1e400',
  '-0',
  '0x10',
  '2147483647',
  '2147483648',
  '9007199254740993',
  '9223372036854775808',
  '1'.repeat(400),
  'NaN',
  'Infinity',
];

const TEXTS = [
  '',
  ' ',
  'null',
  'true',
  '{}',
  '[]',
  '%',
  '\\',
  '"',
  "'; --",
  '../..',
  '\0',
  'a\0b',
  '\u{1F600}',
  '\uFFFD',
  '__proto__',
  'a'.repeat(4_000),
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
];

const VALUES = [...TIMES, ...NUMBERS, ...TEXTS];

/** Percent-encoded, as it stands in a URL. */
const WRITTEN = [
  ...VALUES.map(encodeURIComponent),
  // Half a surrogate, no UTF-8, no encoding.
  '%ED%A0%80',
  '%FF',
  '%zz',
];

interface Sent {
  readonly path: string;
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Record<string, string>;
}

/** Expects an answer that blames nobody but the caller. */
async function expectNoFault({
  path,
  method,
  body,
  headers = {},
}: Sent): Promise<number> {
  const response = await fetch(app.origin + path, {
    method,
    headers: {
      Authorization: `Bearer ${app.adminToken}`,
      'Content-Type': 'application/json',
      ...headers,
    },
    body,
  });
  const text = await response.text();
  const { status } = response;
  if (status >= 500) throw new Error(`${method} ${path} ${body}: ${text}`);
  if (status >= 400) {
    expect(response.headers.get('content-type')).toMatch(/problem\+json/);
  }
  return status;
}

function pathOf({ path }: Operation, values: Record<string, string> = {}) {
  return path.replaceAll(
    /\{(\w+)\}/g,
    (_, name: string) => values[name] ?? named[name],
  );
}

const calls = (filter: (operation: Operation) => boolean) => {
  const found = operations.filter(filter);
  expect(found.length).toBeGreaterThan(2);
  return found;
};

it('knows a value for each path parameter', () => {
  const names = new Set(operations.flatMap((each) => each.pathParameters));
  expect([...names].filter((name) => !(name in named))).toEqual([]);
});

it('blames the caller for hostile path parameters', async () => {
  for (const each of calls(({ pathParameters }) => pathParameters.length > 0)) {
    for (const name of each.pathParameters) {
      for (const value of WRITTEN) {
        await expectNoFault({
          method: each.method,
          path: pathOf(each, { [name]: value }),
          body: each.body && JSON.stringify(each.body.base),
        });
      }
    }
  }
}, 60_000);

it('blames the caller for hostile values in a query', async () => {
  for (const each of calls(({ query }) => query.length > 0)) {
    for (const name of each.query) {
      for (const value of WRITTEN) {
        await expectNoFault({ path: `${pathOf(each)}?${name}=${value}` });
      }
    }
  }
}, 60_000);

it('blames the caller for hostile forms of a query', async () => {
  for (const each of calls(({ query }) => query.length > 0)) {
    for (const name of each.query) {
      for (const query of [
        name,
        `${name}=a&${name}=b`,
        `${name}=1&${name}=1`,
        Array.from({ length: 900 }, () => name).join('&'),
        `${name}[]=1`,
        `${name}[a]=1`,
        `${name}[__proto__]=1`,
        `${name}.a=1`,
        `=${name}`,
        `${name}%00=1`,
        `${name}=1#${name}=2`,
        `&&&${name}=1&&&`,
      ]) {
        await expectNoFault({ path: `${pathOf(each)}?${query}` });
      }
    }
  }
}, 60_000);

it('answers 200 or 400 for every pair of times', async () => {
  const isRange = ({ query }: Operation) =>
    query.includes('from') && query.includes('to');
  for (const each of calls(isRange)) {
    for (const from of ENDS) {
      for (const to of ENDS) {
        const query = new URLSearchParams({ from, to });
        const path = `${pathOf(each)}?${query}`;
        expect([200, 400]).toContain(await expectNoFault({ path }));
      }
    }
  }
}, 60_000);

/** Members as JSON: JavaScript cannot write all of these. */
const JSON_VALUES = [
  ...VALUES.map((value) => JSON.stringify(value)),
  ...NUMBERS.filter((text) => /^-?\d+(\.\d+)?(e\d+)?$/.test(text)),
  'null',
  'true',
  '[]',
  '{}',
  '[null]',
  '[[]]',
  '[{}]',
  '["a", "a"]',
  '{"length":1}',
  '{"a":null}',
  '{"toString":1}',
  '{"__proto__":null}',
  '{"constructor":{"prototype":1}}',
  '"\\ud800"',
  '"\\u0000"',
];

/** The body with one member changed. */
function withMember(
  base: Record<string, unknown>,
  [name, ...rest]: readonly string[],
  json: string,
): string {
  const inner = (base[name] ?? {}) as Record<string, unknown>;
  const value = rest.length > 0 ? withMember(inner, rest, json) : json;
  const others = Object.entries(base).filter(([other]) => other !== name);
  return `{${[
    ...others.map(([key, each]) => `"${key}":${JSON.stringify(each)}`),
    `${JSON.stringify(name)}:${value}`,
  ].join(',')}}`;
}

it('blames the caller for hostile members of a body', async () => {
  for (const each of calls(({ body }) => body !== undefined)) {
    for (const member of each.body!.members) {
      for (const json of JSON_VALUES) {
        // Of its own, since it may be changed.
        await expectNoFault({
          method: each.method,
          path: pathOf(each),
          body: withMember(each.body!.base, member, json),
        });
      }
    }
  }
}, 60_000);

it('blames the caller for hostile bodies', async () => {
  for (const each of calls(({ body }) => body !== undefined)) {
    for (const body of [
      ...JSON_VALUES,
      '',
      '{',
      '\uFEFF{}',
      '{"a":1}',
      '{"":1}',
      '{"a":1,"a":2}',
      '['.repeat(50_000),
      `{${Array.from({ length: 9_000 }, (_, i) => `"m${i}":1`).join()}}`,
    ]) {
      await expectNoFault({ method: each.method, path: pathOf(each), body });
    }
  }
}, 60_000);

it.each([
  { 'Content-Type': '' },
  { 'Content-Type': 'nonsense' },
  { 'Content-Type': ';' },
  { 'Content-Type': 'application/json; charset' },
  { 'Content-Type': 'application/json; charset=utf-7' },
  { 'Content-Type': 'application/json; charset="' },
  { 'Content-Type': 'multipart/form-data' },
  { 'Content-Type': 'application/__proto__' },
  { 'Content-Encoding': 'gzip' },
  { 'Content-Encoding': 'br' },
  { 'Content-Encoding': 'nonsense' },
  { 'Content-Encoding': '__proto__' },
  { Accept: 'nonsense' },
  { 'If-None-Match': '"' },
  { Range: 'bytes=9-1' },
])('blames the caller for hostile headers: %j', async (headers) => {
  for (const each of operations) {
    await expectNoFault({
      method: each.method,
      path: pathOf(each),
      body: each.body && JSON.stringify(each.body.base),
      headers,
    });
  }
});

const INHERITED = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  '__defineGetter__',
];

describe.each(INHERITED)('a member named %s', (name) => {
  const fault = (field: string) => ({
    code: 'invalid_request',
    errors: [expect.objectContaining({ field, code: 'unknown_field' })],
  });

  it('is an unknown one in every query', async () => {
    for (const each of calls(({ query }) => query.length > 0)) {
      const { body } = await call(
        app,
        'get',
        `${pathOf(each)}?${name}=1`,
      ).expect(400);
      expect(body).toMatchObject(fault(name));
    }
  });

  it('is an unknown one in every body, at any depth', async () => {
    for (const each of calls(({ body }) => body !== undefined)) {
      const { base, members } = each.body!;
      const parents = members.filter((path) =>
        members.some(({ length }) => length > path.length),
      );
      const isWithin = (path: readonly string[]) =>
        members.some((other) => other.length > 1 && other[0] === path[0]);
      for (const path of [[], ...parents.filter(isWithin)]) {
        const member = [...path, name];
        const json = withMember(base, member, '{"a":1}');
        const { body } = await send(each, json).expect(400);
        expect(body).toMatchObject(fault(member.join('.')));
      }
    }
  });
});

function send(operation: Operation, json: string) {
  const method = operation.method.toLowerCase() as 'post' | 'patch';
  return call(app, method, pathOf(operation))
    .type('application/json')
    .send(json);
}

it('a filter with an unknown member replays nothing', async () => {
  const { path } = await makeTenant(app);
  await call(app, 'post', `${path}/rejections/replay`)
    .type('application/json')
    .send('{"filter":{"__proto__":{"code":"invalid_time"}}}')
    .expect(400);
  const { body } = await call(app, 'get', `${path}/replays`).expect(200);
  expect(body).toEqual({ data: [], next_cursor: null });
});

it('names every fault at once, an inherited name with the others', async () => {
  const { body } = await call(app, 'post', '/v1/projects')
    .type('application/json')
    .send('{"name":1,"extra":1,"constructor":1}')
    .expect(400);
  const { errors } = body as { errors: { field: string }[] };
  expect(errors.map(({ field }) => field).toSorted()).toEqual([
    'constructor',
    'extra',
    'name',
  ]);
});

describe('a cursor', () => {
  const lists = () => calls(({ query }) => query.includes('cursor'));
  const cursorOf = (json: string) => Buffer.from(json).toString('base64url');
  const NIL = '019aad1c-4c00-7000-8000-000000000000';

  it.each([
    `[{"toString":1},"${NIL}"]`,
    `[{"valueOf":1},"${NIL}"]`,
    `[{"__proto__":null},"${NIL}"]`,
    `[["2026-11-23T12:00:00.000Z"],["${NIL}"]]`,
    `["2026-11-23T12:00:00.000Z",["${NIL}"]]`,
    '[[1]]',
    `[["${NIL}"]]`,
    '[true]',
    `["2026-11-23T12:00:00.000Z","${NIL}",1]`,
    '['.repeat(5_000) + ']'.repeat(5_000),
  ])('by hand is refused by every list: %#', async (json) => {
    for (const each of lists()) {
      const { body } = await call(app, 'get', pathOf(each))
        .query({ cursor: cursorOf(json) })
        .expect(400);
      expect(body).toMatchObject({
        code: 'invalid_request',
        errors: [{ field: 'cursor' }],
      });
    }
  });

  it('of any JSON is refused, or a position', async () => {
    const element = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom(...TIMES, ...NUMBERS, NIL),
      fc.integer(),
      fc.dictionary(fc.constantFrom(...INHERITED, 'length', '0'), fc.integer()),
    );
    const json = fc.oneof(fc.jsonValue(), fc.array(element, { maxLength: 3 }));
    const urls = lists().map((each) => pathOf(each));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...urls), json, async (path, value) => {
        const cursor = cursorOf(JSON.stringify(value));
        const status = await expectNoFault({
          path: `${path}?cursor=${cursor}`,
        });
        expect([200, 400]).toContain(status);
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});
