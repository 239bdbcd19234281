import { startApp, type TestApp } from '../../support/app';
import { TIME_FIELDS } from '../../support/fields';
import {
  aForm,
  anInstall,
  CUSTOM,
  exchange,
  expectCreated,
  expectResult,
  type Fields,
  installCount,
  post,
} from '../../support/ingest';
import { expectFaults } from '../../support/problems';

const DAY = 24 * 60 * 60;

describe('the fields of a postback', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());

  const get = (query: string) =>
    exchange(app.origin, {
      path: `${CUSTOM}?${query}`,
      headers: { 'X-Api-Key': app.apiKey },
    });
  /** What is stored of a field that was sent with this value. */
  const stored = async (name: string, value: unknown) => {
    const answer = await post(app, anInstall({ [name]: value }));
    return (await expectCreated(app, answer))[name];
  };
  /** What is warned of. */
  const warned = async (fields: Fields | string) => {
    const { warnings } = expectResult(await post(app, fields));
    return warnings.map(({ field, code, message }) => {
      expect(message).toMatch(/\S/);
      return `${field}: ${code}`;
    });
  };
  /** The faults that a postback is refused for; nothing of it is stored. */
  const refused = async (fields: Fields | string) => {
    const before = await installCount(app);
    const faults = expectFaults(app, await post(app, fields));
    expect(await installCount(app)).toBe(before);
    return faults;
  };

  describe.each(TIME_FIELDS)('time %s', (name) => {
    it.each([
      ['2019-01-02 18:01:23', '2019-01-02T18:01:23.000Z'],
      ['2019-01-02T18:01:23', '2019-01-02T18:01:23.000Z'],
      ['2019-01-02 18:01:23.5', '2019-01-02T18:01:23.500Z'],
      ['2019-01-02T18:01:23.123456Z', '2019-01-02T18:01:23.123Z'],
      ['2019-01-02T18:01:23Z', '2019-01-02T18:01:23.000Z'],
      ['2019-01-02T18:01:23+02:00', '2019-01-02T16:01:23.000Z'],
      ['2019-01-02 18:01:23-0330', '2019-01-02T21:31:23.000Z'],
      ['2019-01-02T18:01:23+0200', '2019-01-02T16:01:23.000Z'],
      ['2019-01-02T18:01:23 02:00', '2019-01-02T16:01:23.000Z'],
      ['2019-01-02T18:01:23.25+02:00', '2019-01-02T16:01:23.250Z'],
      ['2020-02-29 00:00:00', '2020-02-29T00:00:00.000Z'],
      ['1546452083', '2019-01-02T18:01:23.000Z'],
      ['1546452083.25', '2019-01-02T18:01:23.250Z'],
      ['1546452083250', '2019-01-02T18:01:23.250Z'],
    ])('accepts %s', async (value, expected) => {
      expect(await stored(name, value)).toEqual(new Date(expected));
    });

    it('accepts a + in a query that is not percent-encoded', async () => {
      const answer = await get(`${aForm()}&${name}=2019-01-02T18:01:23+02:00`);
      expect((await expectCreated(app, answer))[name]).toEqual(
        new Date('2019-01-02T16:01:23Z'),
      );
    });

    it.each([
      '2019-01-02',
      '2019-01-02 18:01',
      '18:01:23',
      '2019-1-2 18:01:23',
      '02.01.2019 18:01:23',
      '01/02/2019 18:01:23',
      '2019-02-29 00:00:00',
      '2019-02-30 00:00:00',
      '2019-13-01 00:00:00',
      '2019-00-10 00:00:00',
      '2019-01-02 24:00:00',
      '2019-01-02 18:60:00',
      '2016-12-31 23:59:60',
      '2019-01-02 18:01:23.',
      '2019-01-02 18:01:23.1234567',
      '2019-01-02 18:01:23 UTC',
      '2019-01-02 18:01:23 Europe/Berlin',
      'Wed, 02 Jan 2019 18:01:23 GMT',
      '154645208',
      '15464520831',
      '1546452083250000',
      '-1546452083',
      '1.546452083e9',
      'now',
      'infinity',
      'yesterday',
      '٢٠١٩-01-02 18:01:23',
    ])('rejects %s', async (value) => {
      const faults = await refused(anInstall({ [name]: value }));
      expect(faults).toEqual([`${name}: invalid_time`]);
    });

    it.each([
      ['from 2008-07-10', '2008-07-10 00:00:00', '2008-07-09 23:59:59.999'],
      ['in any zone', '2008-07-10T02:00:00+02:00', '2008-07-10T01:59:59+02:00'],
      ['in Unix seconds', '1215648000', '1215647999'],
    ])('has an earliest value: %s', async (_, first, before) => {
      const fields = {
        install_timestamp: '2019-01-02 18:01:23',
        click_timestamp: '2019-01-02 18:01:23',
      };
      const answer = await post(app, anInstall({ ...fields, [name]: first }));
      expect((await expectCreated(app, answer))[name]).toEqual(
        new Date('2008-07-10T00:00:00Z'),
      );
      expect(await refused(anInstall({ ...fields, [name]: before }))).toEqual([
        `${name}: time_out_of_range`,
      ]);
    });

    it('has a latest value 24 h after arrival', async () => {
      const now = Math.floor(Date.now() / 1_000);
      const last = now + DAY - 1;
      expect(await stored(name, String(last))).toEqual(new Date(last * 1_000));
      for (const later of [
        String(now + DAY + 60),
        '9999999999',
        '9999999999999',
        '9999-12-31 23:59:59',
      ]) {
        const fields = {
          install_timestamp: '2019-01-02 18:01:23',
          click_timestamp: '2019-01-02 18:01:23',
        };
        expect(await refused(anInstall({ ...fields, [name]: later }))).toEqual([
          `${name}: time_out_of_range`,
        ]);
      }
    });
  });

  describe('times that were not sent', () => {
    it('are the time of arrival', async () => {
      const answer = await post(app, anInstall());
      const { received_at } = expectResult(answer);
      expect(await expectCreated(app, answer)).toMatchObject({
        received_at: new Date(received_at),
        install_timestamp: new Date(received_at),
        click_timestamp: new Date(received_at),
      });
    });

    it('are the time of the install, for the click', async () => {
      const answer = await post(
        app,
        anInstall({ install_timestamp: '2019-01-02 18:01:23.456' }),
      );
      expect(await expectCreated(app, answer)).toMatchObject({
        install_timestamp: new Date('2019-01-02T18:01:23.456Z'),
        click_timestamp: new Date('2019-01-02T18:01:23.456Z'),
      });
    });

    it('are the time of arrival for the install, even if a click time was sent', async () => {
      const answer = await post(
        app,
        anInstall({ click_timestamp: '2019-01-02 18:01:23' }),
      );
      const { received_at, warnings } = expectResult(answer);
      expect(warnings).toEqual([]);
      expect(await expectCreated(app, answer)).toMatchObject({
        install_timestamp: new Date(received_at),
        click_timestamp: new Date('2019-01-02T18:01:23Z'),
      });
    });
  });

  it.each([
    ['that cannot be read', 'yesterday', 'invalid_time'],
    ['out of range', '2008-07-09 23:59:59', 'time_out_of_range'],
  ])(
    'do not cause an error of click_timestamp: an install time %s',
    async (_, install_timestamp, code) => {
      expect(await refused(anInstall({ install_timestamp }))).toEqual([
        `install_timestamp: ${code}`,
      ]);
    },
  );

  describe('a click after the install', () => {
    it('is stored, with a warning', async () => {
      const answer = await post(
        app,
        anInstall({
          install_timestamp: '2019-01-02 18:01:23',
          click_timestamp: '2019-01-02 18:01:23.001',
        }),
      );
      expect(expectResult(answer).warnings).toEqual([
        {
          field: 'click_timestamp',
          code: 'click_after_install',
          message: expect.stringMatching(/\S/),
        },
      ]);
      expect(await expectCreated(app, answer)).toMatchObject({
        install_timestamp: new Date('2019-01-02T18:01:23Z'),
        click_timestamp: new Date('2019-01-02T18:01:23.001Z'),
      });
    });

    it('does not include a click at the same moment', async () => {
      const fields = anInstall({
        install_timestamp: '2019-01-02 18:01:23',
        click_timestamp: '2019-01-02T20:01:23+02:00',
      });
      expect(await warned(fields)).toEqual([]);
    });
  });
});
