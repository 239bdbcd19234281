import type { DatabaseClock } from '../database/database-clock';
import { hoursOf } from './hours';

const clock = {
  now: () => new Date('2026-11-23T12:34:56.789Z'),
} as DatabaseClock;

const at = (text?: string) => (text === undefined ? undefined : new Date(text));

describe('hoursOf', () => {
  it.each<[string | undefined, string | undefined, string, string]>([
    [undefined, undefined, '2026-11-22T13:00Z', '2026-11-23T13:00Z'],
    ['2026-11-23T11:59Z', undefined, '2026-11-23T11:00Z', '2026-11-23T13:00Z'],
    [undefined, '2026-11-20T00:00Z', '2026-11-19T00:00Z', '2026-11-20T00:00Z'],
    [
      '2026-11-20T00:00Z',
      '2026-11-20T00:00:00.001Z',
      '2026-11-20T00:00Z',
      '2026-11-20T01:00Z',
    ],
    [
      '2026-10-01T00:00Z',
      '2026-11-01T00:00Z',
      '2026-10-01T00:00Z',
      '2026-11-01T00:00Z',
    ],
  ])('from %s to %s are those from %s to %s', (from, to, first, end) => {
    expect(hoursOf({ from: at(from), to: at(to) }, clock)).toEqual({
      from: at(first),
      to: at(end),
    });
  });

  it.each([
    ['2026-11-23T13:00Z', undefined],
    ['2026-11-20T00:00Z', '2026-11-20T00:00Z'],
    ['2026-10-01T00:00Z', '2026-11-01T00:00:00.001Z'],
    [undefined, '9999-12-31T23:00:00.001Z'],
  ])('are refused from %s to %s', (from, to) => {
    expect(() => hoursOf({ from: at(from), to: at(to) }, clock)).toThrow(
      'invalid_request',
    );
  });
});
