import request, { type Test } from 'supertest';
import type { DryRunResultDto } from '../../../src/postback/dto/dry-run-result.dto';
import { startApp, type TestApp } from '../../support/app';
import {
  anInstall,
  CUSTOM,
  type Fields,
  post,
  type Result,
} from '../../support/ingest';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});

afterAll(() => app.close());

const validate = (fields: Fields, path = CUSTOM): Test =>
  request(app.server)
    .post(`${path}/validate`)
    .set('X-Api-Key', app.apiKey)
    .send(fields);

async function judge(fields: Fields, path = CUSTOM): Promise<DryRunResultDto> {
  const { body } = await validate(fields, path).expect(200);
  return body as DryRunResultDto;
}

const BRANCH = '/track/install/v1/branch';

describe('/validate', () => {
  it('returns the install as it would be stored', async () => {
    const fields = anInstall({
      country_code: 'uk',
      cost: '0.120',
      s_ad: 'null',
    });
    expect(await judge(fields)).toMatchObject({
      valid: true,
      status: 'created',
      install: {
        ...fields,
        tracker: 'custom',
        country_code: 'GB',
        cost: 0.12,
        s_ad: null,
      },
      duplicate_of: null,
      warnings: [{ field: 's_ad', code: 'placeholder_value' }],
      errors: [],
    });
  });

  it('stores nothing', async () => {
    const fields = anInstall();
    await judge(fields);
    expect(await judge(fields)).toMatchObject({ status: 'created' });
    const { rowCount } = await app.db.query(
      'select from install where id = $1',
      [fields.id],
    );
    expect(rowCount).toBe(0);
  });

  it('returns the values that are stored afterwards', async () => {
    const fields = anInstall({ install_timestamp: '2024-05-06 07:08:09' });
    const { install } = await judge(fields);
    const { body } = await post(app, fields);
    const stored = await request(app.server)
      .get(`/v1/projects/1/installs/${(body as Result).install_id}`)
      .set('Authorization', `Bearer ${app.adminToken}`)
      .expect(200);
    const { install_id: _, received_at: __, ...same } = stored.body as Fields;
    expect(install).toMatchObject(same);
  });

  it.each([
    ['id', anInstall()],
    [
      'all fields together',
      { publisher_name: 'P', user_id: 'u', install_timestamp: 1714979289 },
    ],
  ])('returns the existing install, found by %s', async (_, fields) => {
    const { body } = await post(app, fields);
    expect(await judge(fields)).toMatchObject({
      valid: true,
      status: 'duplicate',
      duplicate_of: (body as Result).install_id,
    });
  });

  it('reports a new install if each postback is a new one', async () => {
    const fields = { publisher_name: 'P', user_id: 'again' };
    await post(app, fields);
    expect(await judge(fields)).toMatchObject({ status: 'created' });
  });

  it('returns all errors together', async () => {
    const result = await judge({ cost: '1,5', ios_ifa: 'x' });
    expect(result).toMatchObject({
      valid: false,
      status: 'refused',
      install: null,
      duplicate_of: null,
    });
    expect(result.errors.map(({ field, code }) => `${field} ${code}`)).toEqual([
      'publisher_name required',
      'cost invalid_number',
      'ios_ifa invalid_uuid',
    ]);
  });

  it.each([
    ['no JSON', '{', 'application/json', 'malformed_json'],
    ['JSON of another type', '<a/>', 'text/xml', 'unsupported_media_type'],
    ['too much', `a=${'x'.repeat(40_000)}`, 'text/plain', 'payload_too_large'],
  ])('rejects a body that is %s', async (_, text, type, code) => {
    const { body } = await request(app.server)
      .post(`${CUSTOM}/validate`)
      .set('X-Api-Key', app.apiKey)
      .set('Content-Type', type)
      .send(text)
      .expect(200);
    expect(body).toMatchObject({
      valid: false,
      errors: [{ field: 'request', code }],
    });
  });

  it('reads the query too', async () => {
    const { body } = await request(app.server)
      .get(`${CUSTOM}/validate`)
      .query({ ...anInstall(), apikey: app.apiKey })
      .expect(200);
    expect(body).toMatchObject({ valid: true, status: 'created' });
  });

  it('reads the message of a tracker, and reports errors in its field names', async () => {
    expect(await judge({ name: 'OPEN' }, BRANCH)).toMatchObject({
      valid: true,
      status: 'ignored',
      install: null,
    });
    const { errors } = await judge(
      { name: 'INSTALL', user_data: { idfa: 'Z' } },
      BRANCH,
    );
    expect(errors).toMatchObject([{ field: 'user_data.idfa' }]);
  });

  it('requires a key', () =>
    request(app.server)
      .get(`${CUSTOM}/validate`)
      .query(anInstall())
      .expect(401));

  it('does not allow HEAD and other methods', () =>
    request(app.server).put(`${CUSTOM}/validate`).expect(405));

  it('returns 404 for an unknown tracker', async () => {
    const { body } = await request(app.server)
      .get('/track/install/v1/nobody/validate')
      .query({ apikey: app.apiKey })
      .expect(404);
    expect(body).toMatchObject({ code: 'unknown_tracker' });
  });
});
