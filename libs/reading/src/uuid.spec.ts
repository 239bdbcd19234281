import * as fc from 'fast-check';
import { readUuid, toUuid } from './uuid';

const CANONICAL = '01234567-89ab-cdef-0123-456789abcdef';

describe('readUuid', () => {
  it.each([
    CANONICAL,
    '01234567-89AB-CDEF-0123-456789ABCDEF',
    '0123456789ab-cdef-0123-456789abcdef',
    '0123456789AB-cdef-0123-456789ABCDEF',
    '0123456789abcdef0123456789abcdef',
    '0123456789ABCDEF0123456789ABCDEF',
  ])('reads %s', (text) => {
    expect(readUuid(text)).toBe(CANONICAL);
  });

  it.each([
    '00000000-0000-0000-0000-000000000000',
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
    '38400000-8cf0-11bd-b23e-10b96e40000d',
    '019a0000-0000-7000-8000-000000000000',
  ])('does not judge version or variant: %s', (text) => {
    expect(readUuid(text)).toBe(text);
  });

  it.each([
    '',
    'x',
    ` ${CANONICAL}`,
    `${CANONICAL}\n`,
    `{${CANONICAL}}`,
    `urn:uuid:${CANONICAL}`,
    CANONICAL.slice(1),
    `${CANONICAL}0`,
    '0123456789abcdef0123456789abcde',
    '0123456789abcdef0123456789abcdef0',
    '01234567-89ab-cdef-0123456789abcdef',
    '0123456789ab-cdef-0123456789abcdef',
    '0123-456789ab-cdef-0123-456789abcdef',
    '01234567_89ab_cdef_0123_456789abcdef',
    'O1234567-89ab-cdef-0123-456789abcdef',
    'XXXXXXXX-XXXX-XXXX-XXXX-456789abcdef',
    '01234567-89ab-cdef-0123-456789abcde٣',
    '--------------------------------',
  ])('refuses %j', (text) => {
    expect(readUuid(text)).toBeUndefined();
  });

  it('reads all forms in any letter case alike, and its own answer as it is', () => {
    fc.assert(
      fc.property(
        fc
          .uuid()
          .chain((uuid) =>
            fc.tuple(fc.constant(uuid), fc.mixedCase(fc.constant(uuid))),
          ),
        ([uuid, mixed]) => {
          expect(readUuid(uuid)).toBe(uuid);
          expect(readUuid(mixed)).toBe(uuid);
          expect(readUuid(mixed.replace('-', ''))).toBe(uuid);
          expect(readUuid(mixed.replaceAll('-', ''))).toBe(uuid);
        },
      ),
    );
  });

  it('refuses any other text without throwing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 31 }), (text) => {
        expect(readUuid(text)).toBeUndefined();
      }),
    );
  });
});

describe('toUuid', () => {
  it('writes the first 32 digits of a hash as a UUID', () => {
    expect(toUuid('0123456789abcdef'.repeat(4))).toBe(
      '01234567-89ab-cdef-0123-456789abcdef',
    );
  });
});
