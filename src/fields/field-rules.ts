import {
  hasControlCharacter,
  JsonObject,
  readCountry,
  readUuid,
} from '@app/reading';
import {
  Validate,
  type ValidationArguments,
  ValidatorConstraint,
} from 'class-validator';
import { CONFLICT, UNDECODABLE } from './unreadable';

/*
 * The rules of the contract as class-validator decorators. The name of a rule is the error code of the contract. A rule
 * checks only values of its own kind and accepts all others, so that one wrong value has one fault.
 */

/** The first app store opened on this day: no install is older. */
const EARLIEST_TIME = Date.UTC(2008, 6, 10);
const DAY = 24 * 60 * 60 * 1000;
const MAX_USD = 999_999.999999;

/** An object with time fields has its time of arrival, with which they are compared. */
export interface Received {
  readonly received_at: Date;
}

/**
 * A rule for one property. `code`: the error code of the contract. `message`: of a fault; `$property` stands for the name.
 */
export function rule(
  code: string,
  isValid: (value: unknown, args: ValidationArguments) => boolean,
  message: string,
): PropertyDecorator {
  @ValidatorConstraint({ name: code })
  class Rule {
    readonly validate = isValid;
    readonly defaultMessage = () => message;
  }
  return Validate(Rule);
}

const isText = (value: unknown): value is string => typeof value === 'string';

export const IsSent = () =>
  rule('required', (value) => value !== undefined, '$property is required');

export const IsSingleValue = () =>
  rule(
    'invalid_type',
    (value) =>
      typeof value !== 'boolean' &&
      !Array.isArray(value) &&
      !(value instanceof JsonObject),
    '$property must be a string or a number, not a boolean, an array or an object',
  );

export const IsSentOnce = () =>
  rule(
    'conflicting_values',
    (value) => value !== CONFLICT,
    '$property was sent more than once with different values; send it once',
  );

export const IsDecodable = () =>
  rule(
    'invalid_encoding',
    (value) => value !== UNDECODABLE,
    '$property contains a % that is not followed by two hexadecimal digits. Percent-encode the value; send % as %25',
  );

export const IsCleanText = () =>
  rule(
    'invalid_text',
    (value) => !isText(value) || !hasControlCharacter(value),
    '$property must not contain control characters (such as NUL, tab or line break)',
  );

export const IsCleanKeyText = () =>
  rule(
    'invalid_text',
    (value) =>
      !isText(value) ||
      (!hasControlCharacter(value) &&
        value.isWellFormed() &&
        !value.includes('\uFFFD')),
    '$property must be valid UTF-8 without control characters, lone surrogates or U+FFFD',
  );

export const HasAtMostCharacters = (max: number) =>
  rule(
    'too_long',
    (value) =>
      !isText(value) || value.length <= max || Array.from(value).length <= max,
    `$property must be at most ${max} characters long`,
  );

export const HasAtMostBytes = (max: number) =>
  rule(
    'too_long',
    (value) => !isText(value) || Buffer.byteLength(value) <= max,
    `$property must be at most ${max} bytes long in UTF-8`,
  );

export const IsCanonicalUuid = () =>
  rule(
    'invalid_uuid',
    (value) => !isText(value) || readUuid(value) === value,
    '$property must be a UUID: 8-4-4-4-12 or 12-4-4-12 hexadecimal digits, or 32 of them, such as 0123456789ab-cdef-0123-456789abcdef',
  );

export const IsCanonicalCountry = () =>
  rule(
    'invalid_country',
    (value) => !isText(value) || readCountry(value) === value,
    '$property must be a two-letter country code of ISO 3166-1, such as US',
  );

export const IsTime = () =>
  rule(
    'invalid_time',
    (value) => !isText(value),
    '$property must be a time such as 2019-01-02 18:01:23 (UTC), 2019-01-02T18:01:23.5+02:00, or Unix seconds or milliseconds',
  );

export const IsPlausibleTime = () =>
  rule(
    'time_out_of_range',
    (value, args) =>
      !(value instanceof Date) ||
      (value.getTime() >= EARLIEST_TIME &&
        value.getTime() <=
          (args.object as Received).received_at.getTime() + DAY),
    '$property must be between 2008-07-10 and 24 hours from now',
  );

export const IsUsd = () =>
  rule(
    'invalid_number',
    (value) => !isText(value),
    '$property must be a decimal number in US dollars with a point and without sign or thousands separator, such as 0.12',
  );

export const IsPlausibleUsd = () =>
  rule(
    'number_out_of_range',
    (value) => typeof value !== 'number' || value <= MAX_USD,
    `$property must be at most ${MAX_USD}`,
  );

export const IsInstallEvent = () =>
  rule(
    'not_an_install',
    (value) => !isText(value) || value === 'install',
    '$property must be install or absent. Send only installs to this endpoint',
  );
