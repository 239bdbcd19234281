import * as fc from 'fast-check';
import { parseForm } from './form';

const pairs = (text: string) =>
  parseForm(text).map(({ name, value }) => [name, value]);

describe('parseForm', () => {
  it.each([
    ['', []],
    ['&', []],
    [
      'a=1&b=2',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    [
      '&a=1&&b=2&',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    [
      'a=1&a=2',
      [
        ['a', '1'],
        ['a', '2'],
      ],
    ],
    ['a', [['a', '']]],
    ['a=', [['a', '']]],
    ['=', [['', '']]],
    ['=1', [['', '1']]],
    ['a=b=c', [['a', 'b=c']]],
    ['a=1;b=2', [['a', '1;b=2']]],
    ['a+b=c+d', [['a b', 'c d']]],
    ['+', [[' ', '']]],
    ['a%20b=c%2Bd', [['a b', 'c+d']]],
    ['a%3Db=%26', [['a=b', '&']]],
    ['%32=1', [['2', '1']]],
    ['a=%C3%A9%c3%a9', [['a', 'éé']]],
    ['a=é', [['a', 'é']]],
    ['a=é%20€', [['a', 'é €']]],
    ['a=%F0%9F%98%80', [['a', '😀']]],
    ['a=%00', [['a', '\0']]],
    ['a=%2541', [['a', '%41']]],
    ['a=%25%25X%25%25', [['a', '%%X%%']]],
    ['a=%EF%BB%BFx', [['a', '\uFEFFx']]],
    ['?a=1', [['?a', '1']]],
    ['a[b]=1', [['a[b]', '1']]],
    ['__proto__=1', [['__proto__', '1']]],
  ])('reads %j', (text, expected) => {
    expect(pairs(text)).toEqual(expected);
    expect(parseForm(text).every(({ wellFormed }) => wellFormed)).toBe(true);
  });

  it.each([
    ['%ff', '\uFFFD'],
    ['%C3', '\uFFFD'],
    ['%C3%28', '\uFFFD('],
    ['%C0%80', '\uFFFD\uFFFD'],
    ['%E0%A4', '\uFFFD'],
    ['%ED%A0%80', '\uFFFD\uFFFD\uFFFD'],
    ['€%ff€', '€\uFFFD€'],
    ['\uD800%ff', '\uD800\uFFFD'],
    ['%41%ff', 'A\uFFFD'],
  ])('reads the invalid UTF-8 of %j as U+FFFD', (text, value) => {
    expect(parseForm(`a=${text}`)).toEqual([
      { name: 'a', value, wellFormed: true },
    ]);
  });

  it.each([
    ['a=%', 'a', '%'],
    ['a=100%', 'a', '100%'],
    ['a=%4', 'a', '%4'],
    ['a=%zz+%41', 'a', '%zz A'],
    ['a=%E0%A4%A', 'a', '\uFFFD%A'],
    ['a=€%zz', 'a', '€%zz'],
    ['a%=1', 'a%', '1'],
    ['%zz', '%zz', ''],
    ['%%X%%=1', '%%X%%', '1'],
    ['a=%%', 'a', '%%'],
    ['a=%%%%', 'a', '%%%%'],
    ['a=%%X%%Y', 'a', '%%X%%Y'],
    ['a=Y%%X%%', 'a', 'Y%%X%%'],
    ['a=%%AB+C%%', 'a', '%\uFFFD C%%'],
  ])('marks %j as not well-formed', (text, name, value) => {
    expect(parseForm(text)).toEqual([{ name, value, wellFormed: false }]);
  });

  it.each(['%%CAMPAIGN%%', '%CAMPAIGN%', '%x%', '%%ab.cd:1-2_3%%', '%41%'])(
    'keeps the macro %s as it is',
    (macro) => {
      expect(parseForm(`a=${macro}`)).toEqual([
        { name: 'a', value: macro, wellFormed: true },
      ]);
    },
  );

  it('does not let a macro excuse its name', () => {
    expect(parseForm('%zz=%%X%%')).toEqual([
      { name: '%zz', value: '%%X%%', wellFormed: false },
    ]);
  });

  it.each(['&', '%', '%41', '+', '=', '%ff', '%%', 'a%'])(
    'finishes on many %j',
    (part) => {
      expect(parseForm(part.repeat(100_000)).length).toBeLessThanOrEqual(1);
    },
  );

  it('reads back what URLSearchParams writes', () => {
    const wellFormed = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(fc.array(fc.tuple(wellFormed, wellFormed)), (expected) => {
        const text = new URLSearchParams(expected).toString();
        expect(pairs(text)).toEqual(expected);
        expect(parseForm(text).every(({ wellFormed: well }) => well)).toBe(
          true,
        );
      }),
    );
  });

  it('agrees with URLSearchParams on any ASCII text without a percent macro', () => {
    const escapes = ['%', '%4', '%41', '%C3', '%A9', '%2B', '%26', '%3D'];
    const texts = fc
      .string({
        unit: fc.oneof(
          fc.constantFrom(...escapes, '+', '&', '=', 'A'),
          fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 1 }),
        ),
      })
      .filter((text) => !text.startsWith('?') && !/%[\w.:-]+%/.test(text));
    fc.assert(
      fc.property(texts, (text) => {
        expect(pairs(text)).toEqual([...new URLSearchParams(text)]);
      }),
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('%', '+', '&', '=', 'a', '4', 'é', '\uD800'),
        }),
        (text) => {
          expect(parseForm(text).length).toBeLessThanOrEqual(text.length);
        },
      ),
    );
  });
});
