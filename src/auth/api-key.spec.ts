import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import * as fc from 'fast-check';
import {
  generateAdminToken,
  generateApiKey,
  hashSecret,
  isWellFormedApiKey,
} from './api-key';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** The number that base62 digits stand for. */
function valueOf(digits: string): number {
  return Array.from(digits).reduce(
    (value, digit) => value * 62 + BASE62.indexOf(digit),
    0,
  );
}

describe('generateApiKey', () => {
  it('makes pbk_, 30 base62 characters and 6 more', () => {
    expect(generateApiKey()).toMatch(/^pbk_[0-9A-Za-z]{36}$/);
  });

  it('ends the key in the CRC32 of its random part, in base62', () => {
    const key = generateApiKey();
    expect(valueOf(key.slice(34))).toBe(crc32(key.slice(4, 34)));
  });

  it('makes another key each time, out of the whole alphabet', () => {
    const keys = Array.from({ length: 500 }, generateApiKey);
    expect(new Set(keys).size).toBe(500);
    const seen = new Set(keys.map((key) => key.slice(4, 34)).join(''));
    expect(seen).toEqual(new Set(BASE62));
  });
});

describe('isWellFormedApiKey', () => {
  it('accepts every key that was made', () => {
    for (const key of Array.from({ length: 200 }, generateApiKey)) {
      expect(isWellFormedApiKey(key)).toBe(true);
    }
  });

  it('refuses a key with any single character changed', () => {
    const change = fc.record({
      at: fc.nat({ max: 39 }),
      to: fc.oneof(
        fc.constantFrom(...Array.from(BASE62)),
        fc.string({ minLength: 1, maxLength: 1, unit: 'binary' }),
      ),
    });
    fc.assert(
      fc.property(change, ({ at, to }) => {
        const key = generateApiKey();
        fc.pre(key[at] !== to);
        const changed = key.slice(0, at) + to + key.slice(at + 1);
        expect(isWellFormedApiKey(changed)).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it('refuses a key with two neighbours swapped', () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 38 }), (at) => {
        const key = generateApiKey();
        fc.pre(key[at] !== key[at + 1]);
        const swapped =
          key.slice(0, at) + key[at + 1] + key[at] + key.slice(at + 2);
        expect(isWellFormedApiKey(swapped)).toBe(false);
      }),
    );
  });

  const key = generateApiKey();
  it.each([
    ['an empty text', ''],
    ['the prefix alone', 'pbk_'],
    ['no prefix', key.slice(4)],
    ['another prefix', `pba_${key.slice(4)}`],
    ['a character too few', key.slice(0, -1)],
    ['a character too many', `${key}0`],
    ['a line break behind', `${key}\n`],
    ['a space before', ` ${key}`],
    ['other letter case', key.toUpperCase()],
    ['a very long text', `pbk_${'0'.repeat(100_000)}`],
    ["an administrator's token", generateAdminToken()],
  ])('refuses %s', (_, text) => {
    expect(isWellFormedApiKey(text)).toBe(false);
  });
});

describe('generateAdminToken', () => {
  it('makes pba_ and 40 base62 characters', () => {
    expect(generateAdminToken()).toMatch(/^pba_[0-9A-Za-z]{40}$/);
  });

  it('makes another token each time', () => {
    expect(generateAdminToken()).not.toBe(generateAdminToken());
  });
});

describe('hashSecret', () => {
  it('is SHA-256', () => {
    expect(hashSecret('secret')).toEqual(
      createHash('sha256').update('secret').digest(),
    );
  });
});
