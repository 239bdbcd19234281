import { InstallPostbackDto } from './install-postback.dto';
import type { ValidPostback } from './postback';
import type { Warning } from './warning';
import { TimestampDefaultsPipe } from './timestamp-defaults.pipe';

const ARRIVAL = new Date('2026-11-23T12:00:00Z');
const EARLIER = new Date('2026-11-23T11:00:00Z');
const LATER = new Date('2026-11-23T11:00:01Z');

const UNKNOWN: Warning = {
  field: 'x',
  code: 'unknown_field',
  message: 'x is not a field of this endpoint, so it was not stored',
};

function newPostback(times: object): ValidPostback {
  const install = Object.assign(new InstallPostbackDto(), {
    received_at: ARRIVAL,
    ...times,
  });
  return {
    tracker: 'custom',
    namesOf: (field: string) => [field],
    install,
    warnings: [UNKNOWN],
  } as unknown as ValidPostback;
}

const transform = (times: object) =>
  new TimestampDefaultsPipe().transform(newPostback(times));

describe('TimestampDefaultsPipe', () => {
  it.each([
    [
      'neither time',
      {},
      [ARRIVAL, ARRIVAL],
      ['install_timestamp', 'click_timestamp'],
    ],
    [
      'only the install time',
      { install_timestamp: EARLIER },
      [EARLIER, EARLIER],
      ['click_timestamp'],
    ],
    [
      'only the click time',
      { click_timestamp: EARLIER },
      [ARRIVAL, EARLIER],
      ['install_timestamp'],
    ],
    [
      'each of them',
      { install_timestamp: LATER, click_timestamp: EARLIER },
      [LATER, EARLIER],
      [],
    ],
  ])('sets the missing times if %s is sent', (_, sent, times, names) => {
    const { install, defaulted } = transform(sent);
    expect([install.install_timestamp, install.click_timestamp]).toEqual(times);
    expect([...defaulted]).toEqual(names);
  });

  it('warns about a click after its install, after the other warnings', () => {
    const { warnings } = transform({
      install_timestamp: EARLIER,
      click_timestamp: LATER,
    });
    expect(warnings).toEqual([
      UNKNOWN,
      {
        field: 'click_timestamp',
        code: 'click_after_install',
        message:
          'click_timestamp is later than install_timestamp. Both times are accepted',
      },
    ]);
  });

  it.each([
    [
      'at the same instant as',
      { install_timestamp: EARLIER, click_timestamp: new Date(EARLIER) },
    ],
    ['before', { install_timestamp: LATER, click_timestamp: EARLIER }],
  ])('does not warn about a click %s its install', (_, sent) => {
    expect(transform(sent).warnings).toEqual([UNKNOWN]);
  });

  it('passes on everything else', () => {
    expect(transform({ publisher_name: 'P' })).toMatchObject({
      tracker: 'custom',
      install: { publisher_name: 'P', received_at: ARRIVAL },
    });
  });

  it('does not change its input', () => {
    const postback = newPostback({});
    const copy = structuredClone(postback.install);
    new TimestampDefaultsPipe().transform(postback);
    expect({ ...postback.install }).toEqual(copy);
  });
});
