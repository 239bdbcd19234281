import request, { type Test } from 'supertest';
import { startApp, type TestApp } from '../../support/app';
import {
  CUSTOM,
  expectResult,
  type Row,
  storedInstall,
} from '../../support/ingest';
import { call } from '../../support/management';

/** The request of the documentation, character for character. */
const EXAMPLE = `{
  "install_timestamp": "2019-01-02 18:01:23",
  "click_timestamp": "2019-01-02 18:01:01",
  "publisher_name": "Publisher",
  "campaign_name": "Campaign",  
  "country_code": "US",
  "s_campaign_name": "Advertising campaign name",
  "s_site_name": "Advertisement site",
  "s_adgroup_name": "Ad group",
  "s_ad_name": "Ad",
  "device_model": "Pixel 4",
  "device_brand": "Google",
  "google_aid": "0123456789ab-cdef-0123-456789abcdef",
  "cost": 0.12
}`;
const FIELDS = JSON.parse(EXAMPLE) as Record<string, string | number>;
const FORM = new URLSearchParams(
  Object.entries(FIELDS).map(([name, value]) => [name, String(value)]),
).toString();

const STORED = {
  project_id: 1,
  tracker: 'custom',
  install_timestamp: new Date('2019-01-02T18:01:23.000Z'),
  click_timestamp: new Date('2019-01-02T18:01:01.000Z'),
  publisher_name: 'Publisher',
  campaign_name: 'Campaign',
  campaign_id: null,
  country_code: 'US',
  s_publisher_name: null,
  s_publisher: null,
  s_campaign_name: 'Advertising campaign name',
  s_campaign: null,
  s_site_name: 'Advertisement site',
  s_site: null,
  s_adgroup_name: 'Ad group',
  s_adgroup: null,
  s_ad_name: 'Ad',
  s_ad: null,
  s_keyword_name: null,
  s_placement_name: null,
  device_model: 'Pixel 4',
  device_brand: 'Google',
  event_name: null,
  cost: '0.120000',
  id: null,
  ios_ifa: null,
  ios_ifv: null,
  os_id: null,
  google_aid: '01234567-89ab-cdef-0123-456789abcdef',
  windows_aid: null,
  user_id: null,
};

describe('the example of the contract', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());
  // The three are the same install; each is to be a new one here.
  beforeEach(() => app.db.query('truncate install'));

  const sentBy: [string, () => Test][] = [
    [
      'GET',
      () => request(app.server).get(`${CUSTOM}?apikey=${app.apiKey}&${FORM}`),
    ],
    [
      'POST of JSON',
      () =>
        request(app.server)
          .post(`${CUSTOM}?apikey=${app.apiKey}`)
          .type('application/json')
          .send(EXAMPLE),
    ],
    [
      'POST of a form',
      () =>
        request(app.server)
          .post(`${CUSTOM}?apikey=${app.apiKey}`)
          .type('application/x-www-form-urlencoded')
          .send(FORM),
    ],
  ];

  it.each(sentBy)('is stored without loss when sent by %s', async (_, send) => {
    const before = Date.now();
    const { status, install_id, received_at, warnings } = expectResult(
      await send(),
    );

    expect({ status, warnings }).toEqual({ status: 'created', warnings: [] });
    const row = await storedInstall(app.db, install_id);
    expect(row).toMatchObject(STORED);
    expect((row.received_at as Date).toISOString()).toBe(received_at);
    expect(Date.parse(received_at)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(received_at)).toBeLessThanOrEqual(Date.now());
  });

  it.each(sentBy)(
    'is returned without loss when sent by %s',
    async (_, send) => {
      const { install_id, received_at } = expectResult(await send());

      const { body } = await call(
        app,
        'get',
        `/v1/projects/1/installs/${install_id}`,
      ).expect(200);
      const { project_id: _project, ...fields } = STORED;
      expect(body).toEqual({
        ...fields,
        install_id,
        received_at,
        install_timestamp: '2019-01-02T18:01:23.000Z',
        click_timestamp: '2019-01-02T18:01:01.000Z',
        cost: 0.12,
      });
    },
  );

  it('is a duplicate when it is sent again in another way', async () => {
    const ids = new Set<string>();
    const statuses: string[] = [];
    for (const [, send] of sentBy) {
      const { install_id, status } = expectResult(await send());
      ids.add(install_id);
      statuses.push(status);
    }
    expect(statuses).toEqual(['created', 'duplicate', 'duplicate']);
    expect(ids.size).toBe(1);
  });

  it('results in identical rows for all three ways', async () => {
    const fields: Row[] = [];
    for (const [, send] of sentBy) {
      const { install_id } = expectResult(await send());
      const {
        install_id: _id,
        received_at: _at,
        ...rest
      } = await storedInstall(app.db, install_id);
      fields.push(rest);
      await app.db.query('truncate install');
    }
    expect(fields[1]).toEqual(fields[0]);
    expect(fields[2]).toEqual(fields[0]);
  });
});
