import * as fc from 'fast-check';
import type { InstallFields } from '../../fields/install-fields';
import { fingerprintOf } from './fingerprint';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A value for every field of the contract. */
const FULL: Required<InstallFields> = {
  publisher_name: 'P',
  install_timestamp: new Date('2026-11-23T12:00:00.000Z'),
  click_timestamp: new Date('2026-11-23T11:59:00.000Z'),
  campaign_name: 'C',
  campaign_id: 'c',
  country_code: 'US',
  s_publisher_name: 'SP',
  s_publisher: 'sp',
  s_campaign_name: 'SC',
  s_campaign: 'sc',
  s_site_name: 'SS',
  s_site: 'ss',
  s_adgroup_name: 'SG',
  s_adgroup: 'sg',
  s_ad_name: 'SA',
  s_ad: 'sa',
  s_keyword_name: 'K',
  s_placement_name: 'PL',
  device_model: 'M',
  device_brand: 'B',
  event_name: 'install',
  cost: 0.12,
  id: 'i',
  ios_ifa: '00000000-0000-4000-8000-000000000001',
  ios_ifv: '00000000-0000-4000-8000-000000000002',
  google_aid: '00000000-0000-4000-8000-000000000003',
  windows_aid: '00000000-0000-4000-8000-000000000004',
  os_id: 'o',
  user_id: 'u',
};
const NAMES = Object.keys(FULL) as (keyof InstallFields)[];

function another(value: unknown): unknown {
  if (value instanceof Date) return new Date(value.getTime() + 1);
  return typeof value === 'number' ? value + 0.000001 : `${String(value)}x`;
}

function withField(name: keyof InstallFields, value: unknown): InstallFields {
  return { ...FULL, [name]: value };
}

describe('fingerprintOf', () => {
  it('is a UUID', () => {
    expect(fingerprintOf(FULL)).toMatch(UUID);
  });

  it('does not depend on the order of the fields', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(NAMES, { minLength: NAMES.length }),
        (names) => {
          const shuffled = Object.fromEntries(
            names.map((name) => [name, FULL[name]]),
          ) as unknown as InstallFields;
          expect(fingerprintOf(shuffled)).toBe(fingerprintOf(FULL));
        },
      ),
    );
  });

  it.each(NAMES)('depends on the value of %s', (name) => {
    expect(fingerprintOf(withField(name, another(FULL[name])))).not.toBe(
      fingerprintOf(FULL),
    );
  });

  it.each(NAMES)('depends on whether there is a %s', (name) => {
    expect(fingerprintOf(withField(name, undefined))).not.toBe(
      fingerprintOf(FULL),
    );
  });

  it('is the same for a missing field and an undefined one', () => {
    const few = { publisher_name: 'P', user_id: 'u' };
    const undefinedToo = {
      ...Object.fromEntries(NAMES.map((name) => [name, undefined])),
      ...few,
    };
    expect(fingerprintOf(undefinedToo)).toBe(fingerprintOf(few));
  });

  it('depends only on the fields of the contract', () => {
    const more = {
      ...FULL,
      received_at: new Date(),
      install_id: 'x',
      tracker: 'custom',
      project_id: 7,
    };
    expect(fingerprintOf(more)).toBe(fingerprintOf(FULL));
  });

  it('does not confuse the values of two fields', () => {
    const base = { publisher_name: 'P', user_id: 'u' };
    const fingerprints = [
      { ...base, s_ad: 'x' },
      { ...base, s_ad_name: 'x' },
      { ...base, s_ad: 'x', s_ad_name: 'x' },
      { ...base, s_ad: 'x","s_ad_name":"x' },
      { ...base, s_ad: 'x"],["s_ad_name","x' },
    ].map(fingerprintOf);
    expect(new Set(fingerprints).size).toBe(fingerprints.length);
  });

  it('differs for different texts, also in letter case, spaces and Unicode form', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.string({ unit: 'grapheme' }),
        (a, b) => {
          expect(
            fingerprintOf(withField('campaign_name', a)) ===
              fingerprintOf(withField('campaign_name', b)),
          ).toBe(a === b);
        },
      ),
    );
    const variants = ['Café', 'café', 'Cafe\u0301', 'Café ', 'Caf\u00e9\u200b'];
    expect(
      new Set(
        variants.map((text) => fingerprintOf(withField('campaign_name', text))),
      ).size,
    ).toBe(variants.length);
  });

  it('is the same as for rows that are already stored', () => {
    expect(
      fingerprintOf({
        publisher_name: 'P',
        user_id: 'u',
        install_timestamp: new Date('2026-11-23T12:00:00.000Z'),
      }),
    ).toMatchInlineSnapshot(`"d656999b-dce9-582c-43e1-b3a730fd218d"`);
  });
});
