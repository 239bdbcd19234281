import { randomUUID } from 'node:crypto';
import request from 'supertest';
import type { DryRunResultDto } from '../../../src/postback/dto/dry-run-result.dto';
import type { RejectionSummaryDto } from '../../../src/rejections/dto/rejection-summary.dto';
import type { ReplayDto } from '../../../src/replays/dto/replay.dto';
import type { TrackerDto } from '../../../src/trackers/dto/tracker.dto';
import { startApp, type TestApp } from '../../support/app';
import { call, eventually } from '../../support/management';
import {
  makeTenant,
  readRejection,
  rejectionsOf,
  statsOf,
  type Tenant,
} from '../../support/rejections';

/*
 * One story, from the point of view of an integrator: a tracker is set up with a wrong macro, nothing arrives, and in
 * the end nothing is lost. Each step stands on those before it.
 */

let app: TestApp;
let tenant: Tenant;
/** What is pasted into the tracker's settings. */
let url: string;
let broken: string;
let exampleId: string | null;

beforeAll(async () => {
  app = await startApp();
  tenant = await makeTenant(app);
});

afterAll(() => app.close());

interface Conversion {
  readonly clickId: string;
  readonly country: string;
  readonly countryName: string;
}

const conversion = (country: string, countryName: string): Conversion => ({
  clickId: randomUUID(),
  country,
  countryName,
});

const LOST = [
  ...Array.from({ length: 7 }, () => conversion('AR', 'Argentina')),
  ...Array.from({ length: 5 }, () => conversion('PE', 'Peru')),
];
const LATER = conversion('AR', 'Argentina');

/** As the tracker does: expands its macros, calls, and reads no answer. */
async function fire(
  template: string,
  { clickId, country, countryName }: Conversion,
): Promise<void> {
  const macros: Record<string, string> = {
    subid: clickId,
    country,
    country_name: countryName,
    traffic_source_name: 'Network',
    external_id: 'player',
  };
  const filled = template.replaceAll(/\{(\w+)\}/g, (macro, name: string) =>
    encodeURIComponent(macros[name] ?? macro),
  );
  await request(app.server).get(filled.slice(app.origin.length));
}

const summary = async (): Promise<RejectionSummaryDto['data']> => {
  const { body } = await call(
    app,
    'get',
    `${tenant.path}/rejections/summary`,
  ).expect(200);
  return (body as RejectionSummaryDto).data;
};

it('a tracker is set up with a wrong macro', async () => {
  const { body } = await request(app.server)
    .get('/v1/trackers/keitaro')
    .set('Host', new URL(app.origin).host)
    .set('X-Api-Key', tenant.key)
    .expect(200);
  url = (body as TrackerDto).postback_url;
  expect(url.startsWith(app.origin)).toBe(true);
  broken = url.replace('{country}', '{country_name}');
  expect(broken).not.toBe(url);
});

it('its postbacks are rejected repeatedly, and nothing is stored', async () => {
  for (const each of LOST) await fire(broken, each);
  // It repeats what was not answered 200.
  for (const each of LOST) await fire(broken, each);
  await rejectionsOf(app, tenant, 2 * LOST.length);
  const { total } = await statsOf(app, tenant);
  expect(total).toMatchObject({
    created: 0,
    refused: 2 * LOST.length,
    refused_by_code: { invalid_country: 2 * LOST.length },
  });
});

it('the summary shows the integrator why', async () => {
  expect(await summary()).toMatchObject([
    {
      tracker: 'custom',
      field: 'country_code',
      code: 'invalid_country',
      requests: 2 * LOST.length,
      rejections: LOST.length,
      open: LOST.length,
    },
  ]);
  [{ example_id: exampleId }] = await summary();
  const { request: sent } = await readRejection(app, tenant, exampleId!);
  expect(sent.query).toContain('country_code=Peru');
  expect(sent.query).not.toContain(tenant.key);
});

it('a dry run of the request with the code of the country finds nothing wrong', async () => {
  const { request: sent } = await readRejection(app, tenant, exampleId!);
  const judge = async (query: string): Promise<DryRunResultDto> => {
    const { body } = await request(app.server)
      .get(`${sent.path}/validate?${query}`)
      .set('X-Api-Key', tenant.key);
    return body as DryRunResultDto;
  };
  const query = sent.query.replace('apikey=***', `apikey=${tenant.key}`);
  expect(await judge(query)).toMatchObject({
    valid: false,
    errors: [{ field: 'country_code', code: 'invalid_country' }],
  });
  expect(
    await judge(query.replace('country_code=Peru', 'country_code=PE')),
  ).toMatchObject({ valid: true, status: 'created', errors: [] });
});

it('with the corrected URL, new postbacks are stored', async () => {
  await fire(url, LATER);
  const { total } = await statsOf(app, tenant);
  expect(total).toMatchObject({ created: 1, refused: 2 * LOST.length });
});

it.each([
  ['Argentina', 'AR', 7, 5],
  ['Peru', 'PE', 5, 0],
])(
  'the rejections are replayed, with one repair for all from %s',
  async (name, code, installed, left) => {
    const begun = await call(app, 'post', `${tenant.path}/rejections/replay`)
      .send({
        filter: { code: 'invalid_country', field: 'country_code' },
        sent: { country_code: name },
        set: { country_code: code },
      })
      .expect(202);
    const { replay_id } = begun.body as ReplayDto;
    const done = await eventually(
      10_000,
      async () =>
        (await call(app, 'get', `${tenant.path}/replays/${replay_id}`))
          .body as ReplayDto,
      ({ state }) => state !== 'running' && state !== 'waiting',
    );
    expect(done).toMatchObject({
      state: 'done',
      total: installed + left,
      installed,
      skipped: left,
      refused: 0,
    });
  },
);

it('the tracker sends again, and nothing is stored twice', async () => {
  for (const each of LOST) await fire(url, each);
  const { total } = await statsOf(app, tenant);
  expect(total).toMatchObject({ duplicates: LOST.length });
});

it('the counts add up', async () => {
  const { total } = await statsOf(app, tenant);
  const { created, duplicates, ignored, refused, replayed } = total;
  expect(total).toMatchObject({
    created: LOST.length + 1,
    replayed: LOST.length,
    unlogged: 0,
  });
  const arrived = 3 * LOST.length + 1;
  expect(created + duplicates + ignored + refused - replayed).toBe(arrived);

  const { rows } = await app.db.query<{
    country_code: string;
    received_at: Date;
  }>(
    'select country_code, received_at from install where project_id = $1 order by received_at',
    [tenant.projectId],
  );
  expect(rows.map(({ country_code }) => country_code)).toEqual(
    [...LOST, LATER].map(({ country }) => country),
  );
  const installed = await rejectionsOf(app, tenant, refused, {
    state: 'installed',
  });
  expect(
    installed.map(({ first_seen_at }) => String(first_seen_at)).toSorted(),
  ).toEqual(rows.slice(0, -1).map((row) => row.received_at.toISOString()));
  expect(await summary()).toMatchObject([{ open: 0 }]);
});
