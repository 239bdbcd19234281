import { JsonObject } from '@app/reading';
import { validateSync } from 'class-validator';
import {
  HasAtMostBytes,
  HasAtMostCharacters,
  IsCanonicalCountry,
  IsCanonicalUuid,
  IsCleanKeyText,
  IsCleanText,
  IsDecodable,
  IsInstallEvent,
  IsPlausibleTime,
  IsPlausibleUsd,
  IsSent,
  IsSentOnce,
  IsSingleValue,
  IsTime,
  IsUsd,
  type Received,
} from './field-rules';
import { CONFLICT, UNDECODABLE } from './unreadable';

const ARRIVAL = new Date('2026-11-23T12:00:00Z');
const UUID = '01234567-89ab-cdef-0123-456789abcdef';

/** The messages of the faults of a value that arrived at noon, by code. */
function faultsOf(
  rule: PropertyDecorator,
  value: unknown,
): Record<string, string> {
  class Dto implements Received {
    readonly received_at = ARRIVAL;
    readonly field = value;
  }
  rule(Dto.prototype, 'field');
  return validateSync(new Dto())[0]?.constraints ?? {};
}

const time = (text: string) => new Date(text);

describe('the rules of the contract', () => {
  it.each<[string, PropertyDecorator, unknown, string]>([
    ['required', IsSent(), undefined, 'is required'],
    [
      'invalid_type',
      IsSingleValue(),
      true,
      'must be a string or a number, not a boolean, an array or an object',
    ],
    [
      'conflicting_values',
      IsSentOnce(),
      CONFLICT,
      'was sent more than once with different values; send it once',
    ],
    [
      'invalid_encoding',
      IsDecodable(),
      UNDECODABLE,
      'contains a % that is not followed by two hexadecimal digits. Percent-encode the value; send % as %25',
    ],
    [
      'invalid_text',
      IsCleanText(),
      'a\tb',
      'must not contain control characters (such as NUL, tab or line break)',
    ],
    [
      'invalid_text',
      IsCleanKeyText(),
      'a\tb',
      'must be valid UTF-8 without control characters, lone surrogates or U+FFFD',
    ],
    [
      'too_long',
      HasAtMostCharacters(3),
      'abcd',
      'must be at most 3 characters long',
    ],
    [
      'too_long',
      HasAtMostBytes(3),
      'abcd',
      'must be at most 3 bytes long in UTF-8',
    ],
    [
      'invalid_uuid',
      IsCanonicalUuid(),
      'x',
      'must be a UUID: 8-4-4-4-12 or 12-4-4-12 hexadecimal digits, or 32 of them, such as 0123456789ab-cdef-0123-456789abcdef',
    ],
    [
      'invalid_country',
      IsCanonicalCountry(),
      'Argentina',
      'must be a two-letter country code of ISO 3166-1, such as US',
    ],
    [
      'invalid_time',
      IsTime(),
      'yesterday',
      'must be a time such as 2019-01-02 18:01:23 (UTC), 2019-01-02T18:01:23.5+02:00, or Unix seconds or milliseconds',
    ],
    [
      'time_out_of_range',
      IsPlausibleTime(),
      time('2000-01-01T00:00:00Z'),
      'must be between 2008-07-10 and 24 hours from now',
    ],
    [
      'invalid_number',
      IsUsd(),
      '1,5',
      'must be a decimal number in US dollars with a point and without sign or thousands separator, such as 0.12',
    ],
    [
      'number_out_of_range',
      IsPlausibleUsd(),
      1_000_000,
      'must be at most 999999.999999',
    ],
    [
      'not_an_install',
      IsInstallEvent(),
      'open',
      'must be install or absent. Send only installs to this endpoint',
    ],
  ])('report %s with its message', (code, rule, value, message) => {
    expect(faultsOf(rule, value)).toEqual({ [code]: `field ${message}` });
  });

  it.each<[string, PropertyDecorator, unknown]>([
    ['an array as a single value', IsSingleValue(), []],
    ['an object as a single value', IsSingleValue(), new JsonObject([])],
    ['a key text with a lone surrogate', IsCleanKeyText(), 'a\uD800'],
    ['a key text with U+FFFD', IsCleanKeyText(), 'a\uFFFDb'],
    ['four emoji for three', HasAtMostCharacters(3), '😀😀😀😀'],
    ['two letters of two bytes for three bytes', HasAtMostBytes(3), 'éé'],
    ['a UUID in another form', IsCanonicalUuid(), UUID.toUpperCase()],
    ['a country in lower case', IsCanonicalCountry(), 'us'],
    [
      'a millisecond before the first day',
      IsPlausibleTime(),
      time('2008-07-09T23:59:59.999Z'),
    ],
    [
      'a millisecond after the next day',
      IsPlausibleTime(),
      time('2026-11-24T12:00:00.001Z'),
    ],
    ['an infinite amount', IsPlausibleUsd(), Infinity],
    ['an amount above the maximum', IsPlausibleUsd(), 1_000_000],
    ['an event in upper case', IsInstallEvent(), 'INSTALL'],
  ])('reject %s', (_, rule, value) => {
    expect(Object.keys(faultsOf(rule, value))).toHaveLength(1);
  });

  it.each<[string, PropertyDecorator, unknown]>([
    ['null as sent', IsSent(), null],
    ['an empty text as sent', IsSent(), ''],
    ['a text as a single value', IsSingleValue(), 'a'],
    ['a number as a single value', IsSingleValue(), 0],
    ['a value that can be decoded', IsDecodable(), 'a'],
    ['a value that was sent once', IsSentOnce(), 'a'],
    ['a clean text', IsCleanText(), 'é 😀 \uFFFD'],
    ['a clean key text', IsCleanKeyText(), 'é 😀'],
    ['as many characters as allowed', HasAtMostCharacters(3), 'abc'],
    ['as many emoji as allowed', HasAtMostCharacters(3), '😀😀😀'],
    ['as many bytes as allowed', HasAtMostBytes(3), 'aé'],
    ['a canonical UUID', IsCanonicalUuid(), UUID],
    ['a canonical country', IsCanonicalCountry(), 'US'],
    ['a time', IsTime(), ARRIVAL],
    ['the first day', IsPlausibleTime(), time('2008-07-10T00:00:00Z')],
    ['24 hours from now', IsPlausibleTime(), time('2026-11-24T12:00:00Z')],
    ['an amount', IsUsd(), 0.12],
    ['the largest amount', IsPlausibleUsd(), 999_999.999999],
    ['an amount of zero', IsPlausibleUsd(), 0],
    ['the event install', IsInstallEvent(), 'install'],
  ])('accept %s', (_, rule, value) => {
    expect(faultsOf(rule, value)).toEqual({});
  });

  it.each<[string, PropertyDecorator]>([
    ['IsCleanText', IsCleanText()],
    ['IsCleanKeyText', IsCleanKeyText()],
    ['HasAtMostCharacters', HasAtMostCharacters(0)],
    ['HasAtMostBytes', HasAtMostBytes(0)],
    ['IsCanonicalUuid', IsCanonicalUuid()],
    ['IsCanonicalCountry', IsCanonicalCountry()],
    ['IsTime', IsTime()],
    ['IsPlausibleTime', IsPlausibleTime()],
    ['IsUsd', IsUsd()],
    ['IsPlausibleUsd', IsPlausibleUsd()],
    ['IsInstallEvent', IsInstallEvent()],
  ])('accept values that another rule rejects: %s', (_, rule) => {
    const others = [CONFLICT, UNDECODABLE, true, ['a'], new JsonObject([])];
    expect(others.map((value) => faultsOf(rule, value))).toEqual(
      others.map(() => ({})),
    );
  });
});
