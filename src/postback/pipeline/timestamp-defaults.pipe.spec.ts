import { InstallPostbackDto } from './install-postback.dto';
import type { Postback } from './postback';
import type { Warning } from './warning';
import { TimestampDefaultsPipe } from './timestamp-defaults.pipe';

const ARRIVAL = new Date('2026-11-23T12:00:00Z');
const EARLIER = new Date('2026-11-23T11:00:00Z');
const LATER = new Date('2026-11-23T11:00:01Z');

const UNKNOWN: Warning = {
  field: 'x',
  code: 'unknown_field',
  message: 'x is not a field of this endpoint; it was not stored',
};

function transform(times: object) {
  const install = Object.assign(new InstallPostbackDto(), {
    received_at: ARRIVAL,
    ...times,
  });
  const postback = {
    tracker: 'custom',
    namesOf: (field: string) => [field],
    install,
    defaulted: new Set(),
    warnings: [UNKNOWN],
  } as unknown as Postback;
  return new TimestampDefaultsPipe().transform(postback);
}

describe('TimestampDefaultsPipe', () => {
  it.each([
    [
      'neither',
      {},
      [ARRIVAL, ARRIVAL],
      ['install_timestamp', 'click_timestamp'],
    ],
    [
      'the install alone',
      { install_timestamp: EARLIER },
      [EARLIER, EARLIER],
      ['click_timestamp'],
    ],
    [
      'the click alone',
      { click_timestamp: EARLIER },
      [ARRIVAL, EARLIER],
      ['install_timestamp'],
    ],
    [
      'both',
      { install_timestamp: LATER, click_timestamp: EARLIER },
      [LATER, EARLIER],
      [],
    ],
    [
      'an install that cannot be read',
      { install_timestamp: 'yesterday' },
      ['yesterday', undefined],
      [],
    ],
  ])('gives what is missing where %s is sent', (_, sent, times, names) => {
    const { install, defaulted } = transform(sent);
    expect([install.install_timestamp, install.click_timestamp]).toEqual(times);
    expect([...defaulted]).toEqual(names);
  });

  it('warns of a click after its install, behind the other warnings', () => {
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
          'click_timestamp is later than install_timestamp; both were stored',
      },
    ]);
  });

  it.each([
    [
      'at the same instant',
      { install_timestamp: EARLIER, click_timestamp: new Date(EARLIER) },
    ],
    ['before', { install_timestamp: LATER, click_timestamp: EARLIER }],
    [
      'at a time that cannot be read',
      { install_timestamp: EARLIER, click_timestamp: 'yesterday' },
    ],
    [
      'beside an install that cannot be read',
      { install_timestamp: '0', click_timestamp: LATER },
    ],
  ])('does not warn of a click %s', (_, sent) => {
    expect(transform(sent).warnings).toEqual([UNKNOWN]);
  });

  it('hands everything else on', () => {
    expect(transform({ publisher_name: 'P' })).toMatchObject({
      tracker: 'custom',
      install: { publisher_name: 'P', received_at: ARRIVAL },
    });
  });
});
