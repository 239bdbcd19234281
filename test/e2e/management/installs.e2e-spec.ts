import { randomUUID } from 'node:crypto';
import { startApp, type TestApp } from '../../support/app';
import { NO_VALUES } from '../../support/fields';
import { ISO_TIME, UUID_V7 } from '../../support/ingest';
import {
  call,
  everyItem,
  makeKey,
  makeProject,
  type PageAnswer,
  sendInstall,
} from '../../support/management';
import { expectInvalidFields } from '../../support/problems';

let app: TestApp;

beforeAll(async () => {
  app = await startApp({ BAD_KEY_LIMIT: '1000000' });
});

afterAll(() => app.close());

type InstallAnswer = { readonly install_id: string } & Record<string, unknown>;

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

const idsOf = (installs: InstallAnswer[]) =>
  installs.map(({ install_id }) => install_id);

describe('GET /v1/projects/{project_id}/installs', () => {
  it('returns 50 installs by default, and up to 500', async () => {
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

  it('returns no cursor when the last page is exactly full', async () => {
    const { project } = await projectWithInstalls({}, {});
    const { body } = await call(
      app,
      'get',
      `/v1/projects/${project}/installs?limit=2`,
    );
    expect(body).toMatchObject({ data: { length: 2 }, next_cursor: null });
  });

  it('returns an empty list for a project without installs', async () => {
    const project = await makeProject(app);
    await call(app, 'get', `/v1/projects/${project}/installs`).expect(200, {
      data: [],
      next_cursor: null,
    });
  });

  it('returns the newest installs first', async () => {
    const { project, ids } = await projectWithInstalls({}, {}, {}, {}, {});
    const listed = await listInstalls(project);
    expect(listed.map(({ install_id }) => install_id)).toEqual(
      ids.toReversed(),
    );
  });

  it.each([1, 2, 3, 7])(
    'returns each install once in pages of %i, even if many arrived at the same moment',
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

  it('returns stable pages while rows are added', async () => {
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

  it('returns no installs of other projects', async () => {
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

  it('returns no installs of another project for its cursor', async () => {
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

  describe('filters', () => {
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
    ])('by %s in another notation: %s', async (name, value) => {
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

    it('by several fields together', async () => {
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
    ])('but rejects %s = %s', async (name, value) => {
      const answer = await call(
        app,
        'get',
        `/v1/projects/${project}/installs`,
      ).query({ [name]: value });
      expect(expectInvalidFields(app, answer)).toEqual([name]);
    });
  });

  it('filters by the time of arrival: received_from is inclusive, received_to exclusive', async () => {
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

describe('GET /v1/projects/{project_id}/installs/{install_id}', () => {
  it('returns all fields as they are stored', async () => {
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
    expect(body).toEqual({
      ...NO_VALUES,
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

  it('returns the same as the list', async () => {
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

  it('accepts any notation of the install id', async () => {
    const { project, ids } = await projectWithInstalls({});
    for (const form of [ids[0].toUpperCase(), ids[0].replaceAll('-', '')]) {
      await call(app, 'get', `/v1/projects/${project}/installs/${form}`).expect(
        200,
      );
    }
  });
});
