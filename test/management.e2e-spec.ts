import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import request, { type Response } from 'supertest';
import { startApp, type TestApp } from './support/app';
import { ISO_TIME, UUID_V7 } from './support/ingest';
import {
  call,
  everyItem,
  makeKey,
  makeProject,
  type PageAnswer,
  readKey,
  revokeKey,
  sendInstall,
} from './support/management';

const NO_UUID = 'not-a-uuid';

let app: TestApp;
/** With scope `read`, of the first project. */
let readKeyOfFirst: string;

beforeAll(async () => {
  app = await startApp({ BAD_KEY_LIMIT: '1000000' });
  readKeyOfFirst = (await makeKey(app, { scopes: ['read'] })).key;
});

afterAll(() => app.close());

interface ProjectAnswer {
  readonly project_id: number;
  readonly name: string;
  readonly dedupe_without_id: boolean;
  readonly rate_limit: number | null;
  readonly created_at: string;
}

type InstallAnswer = { readonly install_id: string } & Record<string, unknown>;

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

async function listInstalls(
  project: number,
  query: Record<string, string> = {},
): Promise<InstallAnswer[]> {
  return everyItem(app, `/v1/projects/${project}/installs`, query);
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

describe('projects', () => {
  it('are made, with repeats recognised and no rate of their own', async () => {
    const { body } = await call(app, 'post', '/v1/projects')
      .send({ name: 'Puzzle game' })
      .expect(201);
    expect(body).toEqual({
      project_id: expect.any(Number),
      name: 'Puzzle game',
      dedupe_without_id: true,
      rate_limit: null,
      refuse_with: null,
      created_at: expect.stringMatching(ISO_TIME),
    });
    const { project_id } = body as ProjectAnswer;
    await call(app, 'get', `/v1/projects/${project_id}`).expect(200, body);
  });

  it('are listed, each once', async () => {
    const made = [await makeProject(app), await makeProject(app)];
    const listed = await everyItem<ProjectAnswer>(app, '/v1/projects', {
      limit: '1',
    });
    const ids = listed.map(({ project_id }) => project_id);
    expect(ids).toEqual(expect.arrayContaining([1, ...made]));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each([
    [{ name: 'Renamed' }],
    [{ dedupe_without_id: false }],
    [{ rate_limit: 1 }],
    [{ rate_limit: 1_000_000 }],
    [{ name: 'N', dedupe_without_id: false, rate_limit: 7 }],
    [{}],
  ])('are changed by %j, and nothing else of them', async (changes) => {
    const project = await makeProject(app);
    const path = `/v1/projects/${project}`;
    const { body: before } = await call(app, 'get', path);
    const { body } = await call(app, 'patch', path).send(changes).expect(200);
    expect(body).toEqual({ ...before, ...changes });
    await call(app, 'get', path).expect(200, body);
  });

  it('take back a rate by null', async () => {
    const project = await makeProject(app, { rate_limit: 7 });
    const { body } = await call(app, 'patch', `/v1/projects/${project}`)
      .send({ rate_limit: null })
      .expect(200);
    expect(body).toMatchObject({ rate_limit: null });
  });

  it.each([
    ['name', null],
    ['name', ''],
    ['name', 7],
    ['name', 'x'.repeat(201)],
    ['name', ['a']],
    ['name', 'NUL \u0000'],
    ['dedupe_without_id', null],
    ['dedupe_without_id', 'false'],
    ['dedupe_without_id', 0],
    ['rate_limit', 0],
    ['rate_limit', -1],
    ['rate_limit', 1.5],
    ['rate_limit', '7'],
    ['rate_limit', 1e12],
    ['project_id', 7],
    ['created_at', '2026-01-01T00:00:00Z'],
    ['unknown', 1],
  ])('are not changed by %s = %j', async (field, value) => {
    const project = await makeProject(app);
    const path = `/v1/projects/${project}`;
    const { body: before } = await call(app, 'get', path);
    const answer = await call(app, 'patch', path).send({
      rate_limit: 5,
      name: 'Renamed',
      [field]: value,
    });
    expect(expectProblem(answer, 400, 'invalid_request')).toEqual([field]);
    await call(app, 'get', path).expect(200, before as object);
  });

  it.each([
    [{}, ['name']],
    [{ name: null }, ['name']],
    [{ name: '' }, ['name']],
    [{ name: 7 }, ['name']],
    [{ name: 'N', project_id: 7 }, ['project_id']],
    [{ title: 'N', size: 1 }, ['title', 'size', 'name']],
  ])('are not made of %j', async (body, fields) => {
    const answer = await call(app, 'post', '/v1/projects').send(body);
    const faults = expectProblem(answer, 400, 'invalid_request');
    expect(faults.toSorted()).toEqual(fields.toSorted());
  });

  it('keep a name as it is', async () => {
    const name = `Ünïcode 🎮 <b>"quotes"</b> ' ; -- %00 {x} ${'x'.repeat(100)}`;
    const { body } = await call(app, 'post', '/v1/projects')
      .send({ name })
      .expect(201);
    expect(body).toMatchObject({ name });
  });
});

describe('keys', () => {
  it('are made with what was asked for', async () => {
    const wanted = {
      label: 'Keitaro',
      scopes: ['read', 'ingest'],
      expires_at: '2100-01-01T00:00:00.000Z',
      allowed_addresses: ['203.0.113.0/24', '2001:db8::1'],
    };
    const { body } = await call(app, 'post', '/v1/projects/1/keys')
      .send(wanted)
      .expect(201);
    expect(body).toEqual({
      ...wanted,
      refuse_with: null,
      key: expect.stringMatching(/^pbk_/),
      key_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      last_four: expect.stringMatching(/^[0-9A-Za-z]{4}$/),
      state: 'live',
      created_at: expect.stringMatching(ISO_TIME),
      revoked_at: null,
      last_used_at: null,
    });
  });

  it('need nothing but a label', async () => {
    const made = await makeKey(app);
    expect(made).toMatchObject({
      scopes: ['ingest'],
      expires_at: null,
      allowed_addresses: null,
    });
  });

  it('take the same members by null as by leaving them out', async () => {
    const { body } = await call(app, 'post', '/v1/projects/1/keys')
      .send({
        label: 'L',
        scopes: null,
        expires_at: null,
        allowed_addresses: null,
      })
      .expect(201);
    expect(body).toMatchObject({
      scopes: ['ingest'],
      expires_at: null,
      allowed_addresses: null,
    });
  });

  it('are listed with their last four, state and last use', async () => {
    const project = await makeProject(app);
    const made = [
      await makeKey(app, {}, project),
      await makeKey(app, {}, project),
    ];
    await revokeKey(app, made[0].key_id, project);
    const listed = await everyItem(app, `/v1/projects/${project}/keys`, {
      limit: '1',
    });
    expect(listed).toEqual(
      made.map(({ key_id, last_four }, i) =>
        expect.objectContaining({
          key_id,
          last_four,
          state: i === 0 ? 'revoked' : 'live',
          last_used_at: null,
        }),
      ),
    );
  });

  it('are revoked once, for ever', async () => {
    const { key_id } = await makeKey(app);
    await revokeKey(app, key_id);
    const { revoked_at, state } = await readKey(app, key_id);
    expect([state, revoked_at]).toEqual([
      'revoked',
      expect.stringMatching(ISO_TIME),
    ]);
    await revokeKey(app, key_id);
    expect((await readKey(app, key_id)).revoked_at).toBe(revoked_at);
  });

  it('of other projects are not listed', async () => {
    const project = await makeProject(app);
    await makeKey(app);
    expect(await everyItem(app, `/v1/projects/${project}/keys`)).toEqual([]);
  });

  it.each([
    [{}, ['label']],
    [{ label: '' }, ['label']],
    [{ label: null }, ['label']],
    [{ label: 7 }, ['label']],
    [{ label: 'x'.repeat(201) }, ['label']],
    [{ label: 'NUL \u0000' }, ['label']],
    [{ label: 'L', key: 'mine' }, ['key']],
    [{ label: 'L', hash: 'mine', project_id: 2 }, ['hash', 'project_id']],
    [{ label: 'L', last_used_at: null }, ['last_used_at']],
    [
      { label: 'L', scopes: ['admin'], expires_at: 'x' },
      ['scopes', 'expires_at'],
    ],
  ])('are not made of %j', async (body, fields) => {
    const answer = await call(app, 'post', '/v1/projects/1/keys').send(body);
    const faults = expectProblem(answer, 400, 'invalid_request');
    expect(faults.toSorted()).toEqual(fields.toSorted());
  });
});

describe('what is not there', () => {
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
    for (const answer of answers) expectProblem(answer, 404, 'not_found');
  });

  it.each(['2147483647', '2147483648', 'x'])(
    'the installs of project %s',
    async (project) => {
      expectProblem(
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
    for (const answer of answers) expectProblem(answer, 404, 'not_found');
  });

  it('an install of another project', async () => {
    const { ids } = await projectWithInstalls({});
    expectProblem(
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
    expectProblem(await call(app, 'get', path), 404, 'not_found');
  });
});

describe('bodies', () => {
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
  ])(
    'that are no JSON object are answered malformed_json: %s',
    async (body) => {
      const answer = await call(app, 'post', '/v1/projects')
        .type('application/json')
        .send(body);
      expectProblem(answer, 400, 'malformed_json');
    },
  );

  it('that are too large are answered 413', async () => {
    const answer = await call(app, 'post', '/v1/projects').send({
      name: 'x'.repeat(2_000_000),
    });
    expectProblem(answer, 413, 'payload_too_large');
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/xml',
    'multipart/form-data; boundary=x',
  ])('of another type make nothing: %s', async (type) => {
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
  ])('make nothing: %s', async (body) => {
    const answer = await call(app, 'post', '/v1/projects')
      .type('application/json')
      .send(body);
    expect(expectProblem(answer, 400, 'invalid_request')).toContain('name');
  });

  it.each([
    '{"name": "N", "__proto__": {"polluted": true, "rate_limit": 7}}',
    '{"name": "N", "constructor": {"prototype": {"polluted": true}}}',
  ])('pollute nothing: %s', async (body) => {
    const answer = await call(app, 'post', '/v1/projects')
      .type('application/json')
      .send(body);
    expect([201, 400]).toContain(answer.status);
    if (answer.status === 201) {
      expect(answer.body).toMatchObject({ rate_limit: null });
    }
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('that are nested very deeply are refused', async () => {
    const answer = await call(app, 'post', '/v1/projects')
      .type('application/json')
      .send(`{"name": ${'['.repeat(20_000)}${']'.repeat(20_000)}}`);
    expect(answer.status).toBe(400);
  });
});

const cursorOf = (value: unknown) =>
  Buffer.from(JSON.stringify(value)).toString('base64url');

describe('lists', () => {
  const LISTS = [
    '/v1/projects',
    '/v1/projects/1/keys',
    '/v1/projects/1/installs',
  ];

  it.each(LISTS.flatMap((path) => ['1', '500'].map((limit) => [path, limit])))(
    '%s takes limit %s',
    async (path, limit) => {
      const { body } = await call(app, 'get', path)
        .query({ limit })
        .expect(200);
      expect(Object.keys(body as object).toSorted()).toEqual([
        'data',
        'next_cursor',
      ]);
    },
  );

  it.each(
    LISTS.flatMap((path) =>
      [
        '0',
        '501',
        '-1',
        '1.5',
        'x',
        '',
        'NaN',
        'Infinity',
        '1e9',
        '99999999999999999999',
      ].map((limit) => [path, limit]),
    ),
  )('%s refuses limit "%s"', async (path, limit) => {
    const answer = await call(app, 'get', path).query({ limit });
    expect(expectProblem(answer, 400, 'invalid_request')).toEqual(['limit']);
  });

  const FORGED = [
    'x',
    '',
    '%',
    'null',
    '💥',
    'x'.repeat(3_000),
    cursorOf(null),
    cursorOf([]),
    cursorOf({}),
    cursorOf([null]),
    cursorOf([null, null]),
    cursorOf(['x']),
    cursorOf(['x', 'x']),
    cursorOf([{ $gt: 1 }, { $gt: 1 }]),
    cursorOf(["1' or true --", "1' or true --"]),
    cursorOf(['2026-11-23T12:00:00.000Z', NO_UUID]),
    cursorOf(['infinity', randomUUID()]),
    cursorOf(['2026-02-30T00:00:00Z', randomUUID()]),
    cursorOf([-1]),
    cursorOf([1.5]),
    cursorOf([99999999999]),
    cursorOf(['\u0000', '\u0000']),
    cursorOf({ length: 2, 0: 1, 1: 1 }),
    Buffer.from('[1,').toString('base64url'),
    Buffer.from([0xff, 0xfe]).toString('base64url'),
  ];

  it.each(LISTS.flatMap((path) => FORGED.map((cursor) => [path, cursor])))(
    '%s refuses a cursor that is not ours: %.40s',
    async (path, cursor) => {
      const answer = await call(app, 'get', path).query({ cursor });
      expect(expectProblem(answer, 400, 'invalid_request')).toEqual(['cursor']);
    },
  );

  it('refuse any other cursor, and never fail on one', async () => {
    const cursors = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json().map((json) => Buffer.from(json).toString('base64url')),
      fc
        .array(
          fc.oneof(
            fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
            fc.uuid(),
            fc.integer(),
          ),
        )
        .map(cursorOf),
    );
    await fc.assert(
      fc.asyncProperty(
        cursors,
        fc.constantFrom(...LISTS),
        async (cursor, path) => {
          const { status } = await call(app, 'get', path).query({ cursor });
          expect([200, 400]).toContain(status);
        },
      ),
      { numRuns: 100 },
    );
  });

  it.each(LISTS)(
    '%s refuses a parameter that it does not know',
    async (path) => {
      const answer = await call(app, 'get', path).query({
        offset: '1',
        sort: 'name',
      });
      expect(expectProblem(answer, 400, 'invalid_request').toSorted()).toEqual([
        'offset',
        'sort',
      ]);
    },
  );

  it.each(LISTS)('%s refuses a parameter that is sent twice', async (path) => {
    const answer = await call(app, 'get', `${path}?limit=1&limit=2`);
    expect(expectProblem(answer, 400, 'invalid_request')).toEqual(['limit']);
  });
});

const idsOf = (installs: InstallAnswer[]) =>
  installs.map(({ install_id }) => install_id);

describe('the list of installs', () => {
  it('gives 50 of them unless told otherwise, and up to 500', async () => {
    const { project } = await projectWithInstalls(
      ...Array.from({ length: 51 }, () => ({})),
    );
    const path = `/v1/projects/${project}/installs`;
    const first = await call(app, 'get', path).expect(200);
    const { data, next_cursor } = first.body as PageAnswer<InstallAnswer>;
    expect([data.length, typeof next_cursor]).toEqual([50, 'string']);
    const rest = await call(app, 'get', path)
      .query({ cursor: next_cursor! })
      .expect(200);
    expect(rest.body).toMatchObject({
      data: [expect.anything()],
      next_cursor: null,
    });
    const all = await call(app, 'get', path)
      .query({ limit: '500' })
      .expect(200);
    expect((all.body as PageAnswer<InstallAnswer>).data).toHaveLength(51);
  });

  it('says null and not a cursor when a page is exactly full', async () => {
    const { project } = await projectWithInstalls({}, {});
    const { body } = await call(
      app,
      'get',
      `/v1/projects/${project}/installs?limit=2`,
    );
    expect(body).toMatchObject({ data: { length: 2 }, next_cursor: null });
  });

  it('is empty for a project without installs', async () => {
    const project = await makeProject(app);
    await call(app, 'get', `/v1/projects/${project}/installs`).expect(200, {
      data: [],
      next_cursor: null,
    });
  });

  it('is newest first', async () => {
    const { project, ids } = await projectWithInstalls({}, {}, {}, {}, {});
    const listed = await listInstalls(project);
    expect(listed.map(({ install_id }) => install_id)).toEqual(
      ids.toReversed(),
    );
  });

  it.each([1, 2, 3, 7])(
    'gives each once in pages of %i, though many arrived at the same moment',
    async (limit) => {
      const { project, ids } = await projectWithInstalls(
        ...Array.from({ length: 7 }, () => ({})),
      );
      await app.db.query(
        `update install set received_at = '2026-11-23T12:00:00.123Z' where project_id = $1`,
        [project],
      );
      const listed = await listInstalls(project, { limit: String(limit) });
      expect(listed.map(({ install_id }) => install_id).toSorted()).toEqual(
        ids.toSorted(),
      );
    },
  );

  it('is stable while rows are being added', async () => {
    const { project, ids, key } = await projectWithInstalls(
      ...Array.from({ length: 6 }, () => ({})),
    );
    const listed = await everyItem<InstallAnswer>(
      app,
      `/v1/projects/${project}/installs`,
      { limit: '2' },
      () => sendInstall(app, key).expect(200),
    );
    expect(listed.map(({ install_id }) => install_id)).toEqual(
      ids.toReversed(),
    );
  });

  it('gives no installs of other projects', async () => {
    const id = randomUUID();
    const one = await projectWithInstalls({ id });
    const other = await projectWithInstalls({ id });
    expect(
      (await listInstalls(one.project, { id })).map(
        ({ install_id }) => install_id,
      ),
    ).toEqual(one.ids);
    expect(
      (await listInstalls(other.project)).map(({ install_id }) => install_id),
    ).toEqual(other.ids);
  });

  it('keeps a cursor of another project out', async () => {
    const one = await projectWithInstalls({}, {});
    const other = await projectWithInstalls({}, {});
    const { body } = await call(
      app,
      'get',
      `/v1/projects/${one.project}/installs?limit=1`,
    );
    const { next_cursor } = body as PageAnswer<InstallAnswer>;
    const listed = await call(
      app,
      'get',
      `/v1/projects/${other.project}/installs`,
    ).query({
      cursor: next_cursor!,
    });
    for (const { install_id } of (listed.body as PageAnswer<InstallAnswer>)
      .data) {
      expect(other.ids).toContain(install_id);
    }
  });

  describe('is filtered', () => {
    const GOOGLE_AID = '01234567-89ab-cdef-0123-456789abcdef';
    const FIELDS = {
      publisher_name: 'Acme & Söhne',
      campaign_name: 'Summer',
      campaign_id: 'c-1',
      country_code: 'US',
      s_publisher_name: 'Sub publisher',
      s_publisher: 'sp',
      s_campaign_name: 'Sub campaign',
      s_campaign: 'sc',
      s_site_name: 'Sub site',
      s_site: 'ss',
      s_adgroup_name: 'Sub ad group',
      s_adgroup: 'sg',
      s_ad_name: 'Sub ad',
      s_ad: 'sa',
      s_keyword_name: 'Keyword',
      s_placement_name: 'Placement',
      device_model: 'Pixel 4',
      device_brand: 'Google',
      id: 'install-1',
      ios_ifa: '6d92078a-8246-4ba4-ae5b-76104861e7dc',
      ios_ifv: '4b0a4e2c-5c7e-4f6b-9d3a-1e2f3a4b5c6d',
      google_aid: GOOGLE_AID,
      windows_aid: '0f8fad5b-d9cb-469f-a165-70867728950e',
      os_id: 'os-1',
      user_id: 'user-1',
    };
    let project: number;
    let wanted: string;

    beforeAll(async () => {
      const made = await projectWithInstalls(FIELDS, {
        publisher_name: 'Other',
        user_id: 'user-2',
        id: 'install-2',
      });
      ({ project } = made);
      wanted = made.ids[0];
    });

    it.each(Object.entries(FIELDS))('by %s', async (name, value) => {
      expect(idsOf(await listInstalls(project, { [name]: value }))).toEqual([
        wanted,
      ]);
      const { body } = await call(
        app,
        'get',
        `/v1/projects/${project}/installs`,
      ).query({
        [name]:
          name.endsWith('aid') || name.startsWith('ios_')
            ? randomUUID()
            : name === 'country_code'
              ? 'DE'
              : 'none such',
      });
      expect(body).toEqual({ data: [], next_cursor: null });
    });

    it.each([
      ['google_aid', '0123456789ab-cdef-0123-456789abcdef'],
      ['google_aid', '0123456789ABCDEF0123456789ABCDEF'],
      ['google_aid', GOOGLE_AID.toUpperCase()],
      ['country_code', 'us'],
      ['country_code', 'uS'],
      ['tracker', 'custom'],
    ])('by %s in another form: %s', async (name, value) => {
      expect(
        idsOf(await listInstalls(project, { id: 'install-1', [name]: value })),
      ).toEqual([wanted]);
    });

    it.each([
      ['id', 'INSTALL-1'],
      ['publisher_name', 'acme & söhne'],
      ['publisher_name', 'Acme%'],
      ['tracker', 'other'],
    ])('by equality only: %s is not %s', async (name, value) => {
      expect(await listInstalls(project, { [name]: value })).toEqual([]);
    });

    it('by several at once', async () => {
      const both = { publisher_name: FIELDS.publisher_name, id: FIELDS.id };
      expect(idsOf(await listInstalls(project, both))).toEqual([wanted]);
      expect(await listInstalls(project, { ...both, id: 'install-2' })).toEqual(
        [],
      );
    });

    it.each([
      ['google_aid', 'zebra'],
      ['country_code', 'ZZ'],
      ['from', 'yesterday'],
      ['to', '2026-02-30T00:00:00Z'],
      ['from', 'infinity'],
      ['install_id', randomUUID()],
      ['project_id', '1'],
      ['fingerprint', randomUUID()],
      ['received_at', '2026-01-01'],
      ['id[$ne]', 'x'],
      ['publisher_name[]', 'x'],
    ])('not by %s = %s', async (name, value) => {
      const answer = await call(
        app,
        'get',
        `/v1/projects/${project}/installs`,
      ).query({ [name]: value });
      expect(expectProblem(answer, 400, 'invalid_request')).toEqual([name]);
    });
  });

  it('is filtered by the time of arrival: from, inclusive, to, exclusive', async () => {
    const { project, ids } = await projectWithInstalls({}, {}, {});
    const times = [
      '2026-11-20T00:00:00.000Z',
      '2026-11-21T00:00:00.000Z',
      '2026-11-22T00:00:00.000Z',
    ];
    for (const [i, time] of times.entries()) {
      await app.db.query(
        'update install set received_at = $1 where install_id = $2',
        [time, ids[i]],
      );
    }
    const between = async (query: Record<string, string>) =>
      (await listInstalls(project, query)).map(({ install_id }) =>
        ids.indexOf(install_id),
      );

    expect(await between({ from: times[1] })).toEqual([2, 1]);
    expect(await between({ to: times[1] })).toEqual([0]);
    expect(await between({ from: times[0], to: times[2] })).toEqual([1, 0]);
    expect(await between({ from: times[2], to: times[0] })).toEqual([]);
    expect(await between({ from: '2026-11-21T00:00:00.001Z' })).toEqual([2]);
    expect(await between({ from: '2026-11-21 02:00:00+02:00' })).toEqual([
      2, 1,
    ]);
    expect(await between({ from: times[0], limit: '1' })).toEqual([2, 1, 0]);
  });
});

describe('one install', () => {
  it('has all fields, in the form in which they are kept', async () => {
    const sent = {
      publisher_name: ' Publisher ',
      install_timestamp: '2026-11-22 12:00:00.123456+02:00',
      click_timestamp: '1795348800',
      campaign_name: 'Campaign',
      country_code: 'uk',
      cost: '0.1200005',
      event_name: 'INSTALL',
      id: 'one',
      google_aid: '0123456789AB-cdef-0123-456789abcdef',
    };
    const { project, ids } = await projectWithInstalls(sent);
    const { body } = await call(
      app,
      'get',
      `/v1/projects/${project}/installs/${ids[0]}`,
    ).expect(200);
    const absent = Object.fromEntries(
      [
        'campaign_id',
        's_publisher_name',
        's_publisher',
        's_campaign_name',
        's_campaign',
        's_site_name',
        's_site',
        's_adgroup_name',
        's_adgroup',
        's_ad_name',
        's_ad',
        's_keyword_name',
        's_placement_name',
        'device_model',
        'device_brand',
        'ios_ifa',
        'ios_ifv',
        'windows_aid',
        'os_id',
      ].map((name) => [name, null]),
    );
    expect(body).toEqual({
      ...absent,
      install_id: ids[0],
      tracker: 'custom',
      received_at: expect.stringMatching(ISO_TIME),
      publisher_name: 'Publisher',
      install_timestamp: '2026-11-22T10:00:00.123Z',
      click_timestamp: '2026-11-22T12:00:00.000Z',
      campaign_name: 'Campaign',
      country_code: 'GB',
      cost: 0.120001,
      event_name: 'install',
      id: 'one',
      google_aid: '01234567-89ab-cdef-0123-456789abcdef',
      user_id: 'player-1',
    });
    expect(ids[0]).toMatch(UUID_V7);
  });

  it('is the same in the list', async () => {
    const { project, ids } = await projectWithInstalls({
      cost: '1.5',
      country_code: 'DE',
    });
    const { body } = await call(
      app,
      'get',
      `/v1/projects/${project}/installs/${ids[0]}`,
    );
    expect(await listInstalls(project)).toEqual([body]);
  });

  it('is found by any form of its identifier', async () => {
    const { project, ids } = await projectWithInstalls({});
    for (const form of [ids[0].toUpperCase(), ids[0].replaceAll('-', '')]) {
      await call(app, 'get', `/v1/projects/${project}/installs/${form}`).expect(
        200,
      );
    }
  });
});

/** Percent-encoded, also where it is no well-formed text. */
const encode = (text: string) => encodeURIComponent(text.toWellFormed());

async function expectNoFailure(answer: Promise<Response>): Promise<void> {
  const { status, text } = await answer;
  expect(status < 500 ? 'no failure' : `${status} ${text}`).toBe('no failure');
}

describe('whatever is sent', () => {
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

  it('in the parameters of the list of installs is never a failure of the service', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...PARAMETERS), NASTY, (name, value) =>
        expectNoFailure(
          call(app, 'get', `/v1/projects/1/installs?${name}=${encode(value)}`),
        ),
      ),
      { numRuns: 400 },
    );
  });

  it.each(PARAMETERS.slice(0, -3))('as NUL in %s is refused', async (name) => {
    const { status } = await call(
      app,
      'get',
      `/v1/projects/1/installs?${name}=a%00b`,
    );
    expect(status).toBe(400);
  });

  it('in a path is never a failure of the service', async () => {
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
    'as %s in a path is an error of the sender',
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

  it('in a body is never a failure of the service', async () => {
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

  it('as a name is given back as it was, or refused', async () => {
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

  it('leaves everything standing', async () => {
    await sendInstall(app, app.apiKey).expect(200);
    expect((await listInstalls(1, { limit: '1' })).length).toBeGreaterThan(0);
  });
});
