import type { ApiKeyCaller } from '../../access/caller';
import type { SentValue } from '../../fields/read-field';
import { UNDECODABLE } from '../../fields/unreadable';
import { InstallPostbackDto } from './install-postback.dto';
import { CanonicalPipe } from './canonical.pipe';
import { NormalisePipe } from './normalise.pipe';

const ARRIVAL = new Date('2026-11-23T12:00:00Z');
const CALLER = { keyId: 'k' } as ApiKeyCaller;

function transform(sent: Record<string, SentValue[]>) {
  return new NormalisePipe().transform(
    new CanonicalPipe().transform({
      caller: CALLER,
      arrivedAt: 0,
      receivedAt: ARRIVAL,
      fields: new Map(Object.entries(sent)),
    }),
  );
}

describe('NormalisePipe', () => {
  it('reads each field according to its type, and leaves a value that it cannot read unchanged', () => {
    const { install, warnings } = transform({
      publisher_name: [' P '],
      country_code: ['uk'],
      cost: ['1.50', '1.5'],
      install_timestamp: ['yesterday'],
      user_id: [UNDECODABLE],
    });
    expect(install).toEqual(
      Object.assign(new InstallPostbackDto(), {
        received_at: ARRIVAL,
        publisher_name: 'P',
        country_code: 'GB',
        cost: 1.5,
        install_timestamp: 'yesterday',
        user_id: UNDECODABLE,
      }),
    );
    expect(warnings).toEqual([]);
  });

  it('reads a value that means nothing as not sent', () => {
    const { install } = transform({ campaign_name: [''], s_ad: ['None'] });
    expect(install).toEqual(
      Object.assign(new InstallPostbackDto(), { received_at: ARRIVAL }),
    );
  });

  it.each([
    [
      'campaign_name',
      '{campaign}',
      'unexpanded_macro',
      'an unexpanded macro of the tracker',
    ],
    ['s_ad', 'None', 'placeholder_value', 'a placeholder that means nothing'],
    [
      'ios_ifa',
      '00000000-0000-0000-0000-000000000000',
      'zero_identifier',
      'a UUID of zeros',
    ],
  ])('warns about %s with the value %s', (field, value, code, what) => {
    expect(transform({ [field]: [value] }).warnings).toEqual([
      {
        field,
        code,
        message: `${field} contains ${what}, so it counts as not sent`,
      },
    ]);
  });

  it('warns about an unknown field, after the warnings about known ones', () => {
    expect(transform({ x: ['1'], s_ad: ['None'] }).warnings).toEqual([
      expect.objectContaining({ field: 's_ad' }),
      {
        field: 'x',
        code: 'unknown_field',
        message: 'x is not a field of this endpoint, so it was not stored',
      },
    ]);
  });

  it('warns about at most twenty unknown fields', () => {
    const names = Array.from({ length: 21 }, (_, i) => `x${i}`);
    const sent = Object.fromEntries(names.map((name) => [name, ['1']]));
    expect(transform(sent).warnings.map(({ field }) => field)).toEqual(
      names.slice(0, 20),
    );
  });

  it.each([
    ['at most 100 characters', 'x'.repeat(101), 'x'.repeat(100)],
    [
      'U+FFFD for half a surrogate pair',
      `${'x'.repeat(99)}😀`,
      `${'x'.repeat(99)}\uFFFD`,
    ],
  ])('repeats %s of an unknown name', (_, name, repeated) => {
    expect(transform({ [name]: ['1'] }).warnings[0].field).toBe(repeated);
  });

  it('reports the names of its internal properties as unknown fields', () => {
    const { install, warnings } = transform({
      received_at: ['2020-01-01 00:00:00'],
      identifiers: ['x'],
    });
    expect(install).toMatchObject({ received_at: ARRIVAL });
    expect(warnings.map(({ code }) => code)).toEqual([
      'unknown_field',
      'unknown_field',
    ]);
  });

  it('passes on the caller and the tracker', () => {
    expect(transform({})).toMatchObject({
      caller: CALLER,
      tracker: 'custom',
    });
  });
});
