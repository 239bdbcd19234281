import { startApp, type TestApp } from '../../support/app';
import { ISO_TIME } from '../../support/ingest';
import { call, everyItem, makeProject } from '../../support/management';
import { expectInvalidFields } from '../../support/problems';

let app: TestApp;

beforeAll(async () => {
  app = await startApp({ BAD_KEY_LIMIT: '1000000' });
});

afterAll(() => app.close());

interface ProjectAnswer {
  readonly project_id: number;
  readonly name: string;
  readonly dedupe_without_id: boolean;
  readonly rate_limit: number | null;
  readonly created_at: string;
}

describe('/v1/projects', () => {
  it('POST creates a project with recognition of duplicates and without a rate limit', async () => {
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

  it('GET returns each project once', async () => {
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
  ])('PATCH %j changes nothing else', async (changes) => {
    const project = await makeProject(app);
    const path = `/v1/projects/${project}`;
    const { body: before } = await call(app, 'get', path);
    const { body } = await call(app, 'patch', path).send(changes).expect(200);
    expect(body).toEqual({ ...before, ...changes });
    await call(app, 'get', path).expect(200, body);
  });

  it('PATCH removes the rate limit with null', async () => {
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
  ])('PATCH rejects %s = %j', async (field, value) => {
    const project = await makeProject(app);
    const path = `/v1/projects/${project}`;
    const { body: before } = await call(app, 'get', path);
    const answer = await call(app, 'patch', path).send({
      rate_limit: 5,
      name: 'Renamed',
      [field]: value,
    });
    expect(expectInvalidFields(app, answer)).toEqual([field]);
    await call(app, 'get', path).expect(200, before as object);
  });

  it.each([
    [{}, ['name']],
    [{ name: null }, ['name']],
    [{ name: '' }, ['name']],
    [{ name: 7 }, ['name']],
    [{ name: 'N', project_id: 7 }, ['project_id']],
    [{ title: 'N', size: 1 }, ['title', 'size', 'name']],
  ])('POST rejects %j', async (body, fields) => {
    const answer = await call(app, 'post', '/v1/projects').send(body);
    const faults = expectInvalidFields(app, answer);
    expect(faults).toEqual(fields.toSorted());
  });

  it('POST stores a name unchanged', async () => {
    const name = `Ünïcode 🎮 <b>"quotes"</b> ' ; -- %00 {x} ${'x'.repeat(100)}`;
    const { body } = await call(app, 'post', '/v1/projects')
      .send({ name })
      .expect(201);
    expect(body).toMatchObject({ name });
  });
});
