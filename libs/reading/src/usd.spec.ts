import * as fc from 'fast-check';
import { readUsd } from './usd';

const MANY = 100_000;

const millionths = fc.nat({ max: 999_999_999_999 });
const written = (amount: number, more = '') =>
  `${Math.trunc(amount / 1e6)}.${String(amount % 1e6).padStart(6, '0')}${more}`;

describe('readUsd', () => {
  it.each([
    ['0', 0],
    ['0.0', 0],
    ['1', 1],
    ['+1', 1],
    ['01.50', 1.5],
    ['.5', 0.5],
    ['+.5', 0.5],
    ['.25', 0.25],
    ['5.', 5],
    ['1e3', 1000],
    ['1E3', 1000],
    ['1.5e+2', 150],
    ['2.5e-3', 0.0025],
    ['.5e1', 5],
    ['5.e1', 50],
    ['0.1', 0.1],
    ['999999.999999', 999999.999999],
    ['1000000', 1000000],
  ])('reads %s', (text, amount) => {
    expect(readUsd(text)).toBe(amount);
  });

  it.each([
    ['1.0000005', 1.000001],
    ['1.0000004999', 1],
    ['0.0000005', 0.000001],
    ['0.00000049999999999999999999', 0],
    ['5e-7', 0.000001],
    ['4.9e-7', 0],
    ['9e-8', 0],
    ['99e-9', 0],
    ['0.9999995', 1],
    ['999999.9999995', 1000000],
    // The double nearest to this one is below the half.
    ['1.0000015', 1.000002],
    ['0.0000025', 0.000003],
    ['1000000000.0000005', 1000000000.000001],
  ])('rounds %s half up at six decimals', (text, amount) => {
    expect(readUsd(text)).toBe(amount);
  });

  it.each([
    ['1e308', 1e308],
    ['1e309', Infinity],
    ['1e999999999', Infinity],
    ['1e-999999999', 0],
    ['0e999999999', 0],
    ['0.000e-999999999', 0],
    [`1e${'9'.repeat(MANY)}`, Infinity],
    [`1e-${'9'.repeat(MANY)}`, 0],
    ['9'.repeat(MANY), Infinity],
    [`0.${'0'.repeat(MANY)}1`, 0],
    [`${'0'.repeat(MANY)}1`, 1],
    [`${'0'.repeat(MANY)}.${'0'.repeat(MANY)}`, 0],
    [`0.${'0'.repeat(MANY)}1e${MANY + 1}`, 1],
    [`1${'0'.repeat(MANY)}e-${MANY}`, 1],
  ])('takes bounded work for %.20s', (text, amount) => {
    expect(readUsd(text)).toBe(amount);
  });

  it.each([
    '',
    '.',
    '+',
    '-1',
    '-0',
    '++1',
    '+-1',
    '1,5',
    '1,000',
    '1 000',
    "1'000",
    '1_000',
    '1.2.3',
    '..5',
    'e5',
    '.e5',
    '1e',
    '1e+',
    '1e1.5',
    '1e5e5',
    '0x10',
    '0b1',
    '1n',
    'NaN',
    'Infinity',
    '+Infinity',
    '$1',
    '1 USD',
    '1€',
    ' 1',
    '1\n',
    '١',
    `${'1'.repeat(MANY)}x`,
    `1.${'1'.repeat(MANY)}x`,
    `1e${'1'.repeat(MANY)}x`,
  ])('refuses %.20j', (text) => {
    expect(readUsd(text)).toBeUndefined();
  });

  it('keeps six decimals as they are', () => {
    fc.assert(
      fc.property(millionths, (amount) => {
        expect(readUsd(written(amount))).toBe(amount / 1e6);
        expect(readUsd(`${amount}e-6`)).toBe(amount / 1e6);
        expect(readUsd(String(amount / 1e6))).toBe(amount / 1e6);
      }),
    );
  });

  it('looks at the seventh decimal only', () => {
    fc.assert(
      fc.property(
        millionths,
        fc.stringMatching(/^[0-9]{1,30}$/),
        (amount, more) => {
          const up = more.charAt(0) >= '5' ? 1 : 0;
          expect(readUsd(written(amount, more))).toBe((amount + up) / 1e6);
        },
      ),
    );
  });

  it('reads its own answer as it is', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^\+?[0-9]*\.?[0-9]*(e[+-]?[0-9]{1,2})?$/),
        (text) => {
          const amount = readUsd(text);
          fc.pre(amount !== undefined && amount < Infinity);
          expect(amount).toBeGreaterThanOrEqual(0);
          expect(readUsd(String(amount))).toBe(amount);
        },
      ),
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(readUsd(text) ?? 0).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
