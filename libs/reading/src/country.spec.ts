import * as fc from 'fast-check';
import { readCountry } from './country';

describe('readCountry', () => {
  it.each([
    ['US', 'US'],
    ['us', 'US'],
    ['De', 'DE'],
    ['NA', 'NA'],
    ['no', 'NO'],
    ['UK', 'GB'],
    ['uk', 'GB'],
    ['gb', 'GB'],
    ['xk', 'XK'],
  ])('reads %s as %s', (text, code) => {
    expect(readCountry(text)).toBe(code);
  });

  it.each([
    '',
    'U',
    'USA',
    'Argentina',
    'ZZ',
    'AA',
    'XX',
    'EU',
    'SU',
    'AN',
    'A1',
    '84',
    ' US',
    'US ',
    'U S',
    'ıt',
    'ſe',
    'ﬁ',
    '__proto__',
    'constructor',
  ])('refuses %j', (text) => {
    expect(readCountry(text)).toBeUndefined();
  });

  it('knows the 249 codes of the standard, XK and the alias UK', () => {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('');
    const read = letters
      .flatMap((first) => letters.map((second) => first + second))
      .filter((code) => readCountry(code) !== undefined);
    expect(read).toHaveLength(251);
  });

  it('reads any letter case alike, and its own answer as it is', () => {
    fc.assert(
      fc.property(fc.mixedCase(fc.stringMatching(/^[a-z]{2}$/)), (text) => {
        const code = readCountry(text);
        expect(readCountry(text.toLowerCase())).toBe(code);
        expect(code && readCountry(code)).toBe(code);
      }),
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 3 }), (text) => {
        expect(readCountry(text) ?? 'ZZ').toMatch(/^[A-Z]{2}$/);
      }),
    );
  });
});
