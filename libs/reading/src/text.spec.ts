import * as fc from 'fast-check';
import { hasControlCharacter } from './text';

describe('hasControlCharacter', () => {
  it.each(['\0', 'a\tb', 'a\n', '\r\n', '\u001B[0m', 'a\u001F', '\u007F'])(
    'finds one in %j',
    (text) => {
      expect(hasControlCharacter(text)).toBe(true);
    },
  );

  it.each([
    '',
    ' ',
    '~',
    'a&b#c::d',
    '\u0080',
    '\u0085',
    '\u200B',
    '😀',
    '\uD800',
  ])('finds none in %j', (text) => {
    expect(hasControlCharacter(text)).toBe(false);
  });

  it('agrees with the Unicode category of control characters, but for C1', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const withoutC1 = text.replaceAll(/[\u0080-\u009F]/g, '');
        expect(hasControlCharacter(text)).toBe(/\p{Cc}/u.test(withoutC1));
      }),
    );
  });
});
