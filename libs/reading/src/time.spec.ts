import * as fc from 'fast-check';
import { readTime } from './time';

const read = (text: string) => readTime(text)?.toISOString();

describe('readTime', () => {
  it.each([
    ['2026-01-02 03:04:05', '2026-01-02T03:04:05.000Z'],
    ['2026-01-02T03:04:05', '2026-01-02T03:04:05.000Z'],
    ['2026-01-02 03:04:05.6', '2026-01-02T03:04:05.600Z'],
    ['2026-01-02 03:04:05.06', '2026-01-02T03:04:05.060Z'],
    ['2026-01-02 03:04:05.678', '2026-01-02T03:04:05.678Z'],
    ['2026-01-02 03:04:05.678999', '2026-01-02T03:04:05.678Z'],
    ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05.000Z'],
    ['2026-01-02 03:04:05.5Z', '2026-01-02T03:04:05.500Z'],
    ['2026-01-02T03:04:05+02:00', '2026-01-02T01:04:05.000Z'],
    ['2026-01-02T03:04:05+0200', '2026-01-02T01:04:05.000Z'],
    ['2026-01-02T03:04:05 02:00', '2026-01-02T01:04:05.000Z'],
    ['2026-01-02 03:04:05 0200', '2026-01-02T01:04:05.000Z'],
    ['2026-01-02 03:04:05.123 0000', '2026-01-02T03:04:05.123Z'],
    ['2026-01-02T03:04:05-05:30', '2026-01-02T08:34:05.000Z'],
    ['2026-01-02T03:04:05.123456-0530', '2026-01-02T08:34:05.123Z'],
    ['2026-01-02T03:04:05-00:00', '2026-01-02T03:04:05.000Z'],
    ['2026-01-02T03:04:05+23:59', '2026-01-01T03:05:05.000Z'],
    ['2024-02-29 00:00:00', '2024-02-29T00:00:00.000Z'],
    ['2000-02-29 23:59:59', '2000-02-29T23:59:59.000Z'],
    ['1969-12-31 23:59:59.9999', '1969-12-31T23:59:59.999Z'],
    ['0001-01-01 00:00:00', '0001-01-01T00:00:00.000Z'],
    ['0099-12-31 00:00:00', '0099-12-31T00:00:00.000Z'],
    ['9999-12-31 23:59:59.999999', '9999-12-31T23:59:59.999Z'],
  ])('reads the date %s', (text, instant) => {
    expect(read(text)).toBe(instant);
  });

  it.each([
    ['1716198088', '2024-05-20T09:41:28.000Z'],
    ['1716198088.0', '2024-05-20T09:41:28.000Z'],
    ['1716198088.000000', '2024-05-20T09:41:28.000Z'],
    ['1716198088.1239', '2024-05-20T09:41:28.123Z'],
    ['1716198088.99999999999999999999', '2024-05-20T09:41:28.999Z'],
    ['1716198088123', '2024-05-20T09:41:28.123Z'],
    ['0000000000', '1970-01-01T00:00:00.000Z'],
    ['9999999999', '2286-11-20T17:46:39.000Z'],
  ])('reads the Unix time %s', (text, instant) => {
    expect(read(text)).toBe(instant);
  });

  it.each([
    ['a date only', '2026-01-02'],
    ['no seconds', '2026-01-02 03:04'],
    ['an hour of one digit', '2026-01-02 3:04:05'],
    ['two spaces', '2026-01-02  03:04:05'],
    ['a lower-case t', '2026-01-02t03:04:05'],
    ['a lower-case z', '2026-01-02T03:04:05z'],
    ['a space before Z', '2026-01-02T03:04:05 Z'],
    ['a space before plus', '2026-01-02T03:04:05 +02:00'],
    ['a space before minus', '2026-01-02T03:04:05 -02:00'],
    ['a zone without minutes', '2026-01-02T03:04:05+02'],
    ['a zone of three digits', '2026-01-02T03:04:05+200'],
    ['the name of a zone', '2026-01-02T03:04:05 UTC'],
    ['two zones', '2026-01-02T03:04:05Z+02:00'],
    ['24 hours of offset', '2026-01-02T03:04:05+24:00'],
    ['60 minutes of offset', '2026-01-02T03:04:05+02:60'],
    ['a point without fraction', '2026-01-02 03:04:05.'],
    ['a fraction of seven digits', '2026-01-02 03:04:05.1234567'],
    ['a comma', '2026-01-02 03:04:05,123'],
    ['30 February', '2026-02-30 00:00:00'],
    ['29 February of a common year', '2026-02-29 00:00:00'],
    ['29 February 1900', '1900-02-29 00:00:00'],
    ['31 April', '2026-04-31 00:00:00'],
    ['day 0', '2026-01-00 00:00:00'],
    ['day 32', '2026-01-32 00:00:00'],
    ['month 0', '2026-00-01 00:00:00'],
    ['month 13', '2026-13-01 00:00:00'],
    ['hour 24', '2026-01-02 24:00:00'],
    ['minute 60', '2026-01-02 03:60:00'],
    ['a leap second', '2016-12-31 23:59:60'],
    ['the year 0', '0000-01-01 00:00:00'],
    ['the year 0 in another zone', '0000-12-31 23:59:59-01:00'],
    ['an instant before the year 1', '0001-01-01 00:00:00+00:01'],
    ['an instant after the year 9999', '9999-12-31 23:59:59-00:01'],
    ['the year 10000', '10000-01-01 00:00:00'],
    ['a signed year', '+002026-01-02 03:04:05'],
    ['white space before', ' 2026-01-02 03:04:05'],
    ['white space after', '2026-01-02 03:04:05\n'],
    ['9 digits', '171619808'],
    ['11 digits', '17161980881'],
    ['12 digits', '171619808812'],
    ['14 digits', '17161980881234'],
    ['microseconds', '1716198088123456'],
    ['a fraction of milliseconds', '1716198088123.4'],
    ['a fraction of 21 digits', '1716198088.000000000000000000000'],
    ['a point after Unix seconds', '1716198088.'],
    ['an exponent', '1.716198088e9'],
    ['a sign', '-1716198088'],
    ['digits of another script', '١٧١٦١٩٨٠٨٨'],
    ['a word', 'yesterday'],
    ['infinity', 'infinity'],
    ['nothing', ''],
  ])('refuses %s', (_, text) => {
    expect(readTime(text)).toBeUndefined();
  });

  it('reads an instant alike in each form', () => {
    fc.assert(
      fc.property(
        fc.date({
          min: new Date('2001-09-09T01:46:40Z'),
          max: new Date('2286-11-20T17:46:39Z'),
          noInvalidDate: true,
        }),
        (instant) => {
          const milliseconds = String(instant.getTime());
          expect(readTime(instant.toISOString())).toEqual(instant);
          expect(readTime(milliseconds)).toEqual(instant);
          expect(
            readTime(`${milliseconds.slice(0, 10)}.${milliseconds.slice(10)}`),
          ).toEqual(instant);
        },
      ),
    );
  });

  it('reads back every instant of the years 1 to 9999', () => {
    fc.assert(
      fc.property(
        fc.date({
          min: new Date('0001-01-01T00:00:00Z'),
          max: new Date('9999-12-31T23:59:59.999Z'),
          noInvalidDate: true,
        }),
        (instant) => {
          expect(readTime(instant.toISOString())).toEqual(instant);
        },
      ),
    );
  });

  it('reads no time but one it reads back', () => {
    const likeTimes = fc.stringMatching(
      /^[0-9]{4}-[01][0-9]-[0-3][0-9][T ][0-2][0-9]:[0-6][0-9]:[0-6][0-9](\.[0-9]{1,6})?(Z|[+ -][0-2][0-9]:?[0-6][0-9])?$/,
    );
    fc.assert(
      fc.property(
        fc.oneof(likeTimes, fc.string({ unit: 'binary' })),
        (text) => {
          const instant = readTime(text);
          expect(instant && readTime(instant.toISOString())).toEqual(instant);
        },
      ),
    );
  });
});
