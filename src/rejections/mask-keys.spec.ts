import * as fc from 'fast-check';
import { generateAdminToken, generateApiKey } from '../auth/api-key';
import { MASK, maskKeys } from './mask-keys';

const KEY = 'a-Key_0123456789';

describe('maskKeys', () => {
  it.each([
    ['nothing', '', ''],
    ['a text without a key', 'a-Key_01234567', 'a-Key_01234567'],
    ['the key', `x${KEY}y${KEY}`, `x${MASK}y${MASK}`],
    ['its letters in another case', KEY.toUpperCase(), KEY.toUpperCase()],
    ['a percent-encoded letter', `%61-Key_0123456789`, MASK],
    ['hex digits of both cases', 'a%2dKey%5F0123456789', MASK],
    ['an escape of JSON', '\\u0061-\\u004bey_0123456789', MASK],
    ['a percent sign that is encoded twice', '%252561-Key_0123456789', MASK],
    ['a percent sign with an escape', '\\u002561-Key_0123456789', MASK],
    ['escapes within escapes', '\\\\u0061-Key_0123456789', MASK],
    ['UTF-16', Array.from(KEY, (c) => `${c}\0`).join(''), `${MASK}\0`],
  ])('in %s', (_, text, masked) => {
    expect(maskKeys(text, [KEY])).toBe(masked);
  });

  it('masks what looks like a key of ours, also one that is not good', () => {
    expect(maskKeys(generateAdminToken(), [])).toBe(MASK);
    expect(maskKeys(`k=${generateApiKey()}&l=1`, [undefined])).toBe(
      `k=${MASK}&l=1`,
    );
  });

  it('leaves no key, wherever it stands', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(KEY, 'x', '%', '\\u00', 'a')),
        (parts) => {
          expect(maskKeys(parts.join(''), [KEY])).not.toContain(KEY);
        },
      ),
    );
  });
});
