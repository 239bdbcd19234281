import * as fc from 'fast-check';
import { generateAdminToken, generateApiKey } from '../../auth/api-key';
import { MASK, maskSecrets } from './mask-secrets';

const KEY = 'a-Key_0123456789';

const hexOf = (character: string, digits: number) =>
  character.charCodeAt(0).toString(16).padStart(digits, '0');
const percent = (character: string) => `%${hexOf(character, 2)}`;
const escape = (character: string) => `\\u${hexOf(character, 4)}`;
/** Writes each character with `how`, which says by a bit of `bits` whether it must. */
const write = (
  text: string,
  bits: number,
  how: (character: string, bit: boolean) => string,
) =>
  Array.from(text, (character, i) =>
    how(character, ((bits >>> ((i * 7) % 31)) & 1) === 1),
  ).join('');

/** What one program after the other may make of a text. */
const WRITINGS: Record<string, (text: string, bits: number) => string> = {
  percentEncoded: (text, bits) =>
    write(text, bits, (x, bit) => (bit || x === '%' ? percent(x) : x)),
  inUpperCase: (text, bits) =>
    write(text, bits, (x, bit) =>
      bit || x === '%' ? percent(x).toUpperCase() : x,
    ),
  digitsOfEscapesEncoded: (text, bits) =>
    write(text, bits, (x, bit) => (bit && x !== '%' ? percent(x) : x)),
  inJson: (text) => JSON.stringify(text).slice(1, -1),
  escaped: (text, bits) =>
    write(text, bits, (x, bit) =>
      bit ? escape(x) : JSON.stringify(x).slice(1, -1),
    ),
  digitsOfEscapesEscaped: (text, bits) =>
    write(text, bits, (x, bit) => (bit && x !== '\\' ? escape(x) : x)),
  backslashesDoubled: (text) => text.replaceAll('\\', '\\\\'),
};

const writing = fc.tuple(
  fc.constantFrom(...Object.values(WRITINGS)),
  fc.nat(2 ** 31 - 1),
);
const ZEROS = ['\0', '%00', '\\u0000', '%2500'];

describe('maskSecrets', () => {
  it.each([
    ['nothing', '', ''],
    ['a text without a key', 'a-Key_01234567', 'a-Key_01234567'],
    [
      'an encoded text that begins like a key of ours',
      `%70bk_${'x'.repeat(35)}`,
      `%70bk_${'x'.repeat(35)}`,
    ],
    ['the key', `x${KEY}y${KEY}`, `x${MASK}y${MASK}`],
    ['its letters in another case', KEY.toUpperCase(), KEY.toUpperCase()],
    ['a percent-encoded letter', `%61-Key_0123456789`, MASK],
    ['hex digits of both cases', 'a%2dKey%5F0123456789', MASK],
    ['an escape of JSON', '\\u0061-\\u004bey_0123456789', MASK],
    ['a percent sign that is encoded twice', '%252561-Key_0123456789', MASK],
    ['a percent sign with an escape', '\\u002561-Key_0123456789', MASK],
    ['escapes within escapes', '\\\\u0061-Key_0123456789', MASK],
    ['UTF-16', Array.from(KEY, (c) => `${c}\0`).join(''), `${MASK}\0`],
    ['UTF-32', Array.from(KEY, (c) => `\0\0\0${c}`).join(''), `\0\0\0${MASK}`],
    ['UTF-16, percent-encoded', KEY.split('').join('%00'), MASK],
    ['UTF-16, escaped', KEY.split('').join('\\u0000'), MASK],
    [
      'escapes in UTF-16',
      Array.from(
        '%2561-Key_\\u003023456789'.replace('023', '0123'),
        (c) => `${c}\0`,
      ).join(''),
      `${MASK}\0`,
    ],
    ['encoded digits of an escape', '%%36%31-Key_0123456789', MASK],
    ['an escaped u', '\\\\u007500%36%31-Key_0123456789', MASK],
    ['a stray percent sign before it', `%${KEY}`, `%${MASK}`],
    ['an escape that ends in its first letter', `%6${KEY}`, `%6${MASK}`],
    ['a backslash within it', 'a-Key\\_0123456789', 'a-Key\\_0123456789'],
    ['a half escape', 'a-Key_012345678%3', 'a-Key_012345678%3'],
    ['a half escape of JSON', 'a-Key_012345678\\u003', 'a-Key_012345678\\u003'],
  ])('in %s', (_, text, masked) => {
    expect(maskSecrets(text, [KEY])).toBe(masked);
  });

  it('masks each of two secrets that overlap', () => {
    const [one, other] = ['0123456789abcdef', '89abcdef01234567'];
    expect(maskSecrets(`x${one}01234567y`, [one, other])).toBe(`x${MASK}y`);
    expect(maskSecrets(`x${one}y`, [one.slice(0, -1), one])).toBe(`x${MASK}y`);
  });

  it('masks a secret with what looks like an escape of JSON', () => {
    const secret = 'a-Key_u0123456789';
    for (const u of ['u', '\\u0075', '\\\\u0075', '\\\\\\\\u0075']) {
      expect(maskSecrets(secret.replace('u', u), [secret])).toBe(MASK);
    }
  });

  it('masks what looks like a key of ours, also one that is not good', () => {
    expect(maskSecrets(generateAdminToken(), [])).toBe(MASK);
    expect(maskSecrets(`k=${generateApiKey()}&l=1`, [undefined])).toBe(
      `k=${MASK}&l=1`,
    );
  });

  it.each([
    ['one character fewer', 'pbk_'.padEnd(39, 'x')],
    ['another prefix', 'pbc_'.padEnd(44, 'x')],
    ['another character in it', `${'pba_'.padEnd(39, 'x')}-xxxx`],
  ])('leaves what looks like a key of ours but for %s', (_, text) => {
    expect(maskSecrets(text, [])).toBe(text);
  });

  it('masks a key in whatever writing decodes to it', () => {
    const keys = fc.oneof(
      fc.constant(KEY),
      fc.stringMatching(/^[A-Za-z0-9_-]{16}$/),
      fc.stringMatching(/^pb[ka]_[0-9A-Za-z]{36}$/),
    );
    fc.assert(
      fc.property(
        keys,
        fc.array(writing, { maxLength: 4 }),
        fc.constantFrom('', ...ZEROS),
        (key, writings, zero) => {
          let text = key.split('').join(zero);
          for (const [how, bits] of writings) text = how(text, bits);
          const masked = maskSecrets(text, [key]);
          expect(masked).toBe(MASK);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('masks a key of another project in such a writing', () => {
    fc.assert(
      fc.property(fc.array(writing, { maxLength: 3 }), (writings) => {
        // No digits that could be those of an escape.
        let text = 'pbk_'.padEnd(40, 'GHIJ');
        for (const [how, bits] of writings) text = how(text, bits);
        expect(maskSecrets(text, [])).toBe(MASK);
      }),
    );
  });

  it('leaves no key, wherever it stands', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(KEY, 'x', '%', '\\', '\\u00', '2', 'a')),
        (parts) => {
          expect(maskSecrets(parts.join(''), [KEY])).not.toContain(KEY);
        },
      ),
    );
  });

  it('leaves a text without a key as it is', () => {
    const text = fc.string({
      unit: fc.oneof(
        fc.constantFrom('%', '\\', '\\u', '0', '61', '25', 'a-Key_', '\0'),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      ),
    });
    fc.assert(
      fc.property(text, (each) => {
        expect(maskSecrets(each, ['another-Key_0123456789'])).toBe(each);
      }),
    );
  });
});
