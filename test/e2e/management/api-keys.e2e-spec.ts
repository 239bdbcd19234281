import { startApp, type TestApp } from '../../support/app';
import { ISO_TIME } from '../../support/ingest';
import {
  call,
  everyItem,
  makeKey,
  makeProject,
  readKey,
  revokeKey,
} from '../../support/management';
import { expectInvalidFields } from '../../support/problems';

let app: TestApp;

beforeAll(async () => {
  app = await startApp({ BAD_KEY_LIMIT: '1000000' });
});

afterAll(() => app.close());

describe('/v1/projects/{project_id}/keys', () => {
  it('POST creates a key with the requested members', async () => {
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

  it('POST requires only a label', async () => {
    const made = await makeKey(app);
    expect(made).toMatchObject({
      scopes: ['ingest'],
      expires_at: null,
      allowed_addresses: null,
    });
  });

  it('POST treats null like a missing member', async () => {
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

  it('GET returns last four characters, state and last use', async () => {
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

  it('DELETE revokes a key permanently', async () => {
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

  it('GET returns no keys of other projects', async () => {
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
  ])('POST rejects %j', async (body, fields) => {
    const answer = await call(app, 'post', '/v1/projects/1/keys').send(body);
    const faults = expectInvalidFields(app, answer);
    expect(faults).toEqual(fields.toSorted());
  });
});
