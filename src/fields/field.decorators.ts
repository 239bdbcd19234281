import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { registerField } from './field-registry';
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
} from './field-rules';
import type { FieldTypeName } from './field-types';

/** Characters of a plain text. */
export const MAX_TEXT = 1024;
/** Bytes in UTF-8 of a text that is part of a unique index. */
export const MAX_KEY_TEXT = 255;

interface FieldOptions {
  readonly description: string;
  /** More for senders: forms, limits, default. */
  readonly sending?: string;
  readonly example: string | number;
  readonly required?: boolean;
}

/** One field of the contract: its type, its rules and its documentation. */
function field(
  type: FieldTypeName,
  { description, sending, example, required = false }: FieldOptions,
  schema: ApiPropertyOptions,
  ...rules: PropertyDecorator[]
): PropertyDecorator {
  return applyDecorators(
    (target: object, property: string | symbol) =>
      registerField(target.constructor, {
        name: String(property),
        type,
        description,
        example,
      }),
    ApiProperty({
      ...schema,
      description: sending ? `${description}. ${sending}` : description,
      example,
      required,
    } as ApiPropertyOptions),
    required ? IsSent() : IsOptional(),
    IsSingleValue(),
    IsDecodable(),
    IsSentOnce(),
    ...rules,
  );
}

/** Any Unicode text of at most 1,024 characters without control characters. */
export const TextField = (options: FieldOptions) =>
  field(
    'text',
    options,
    { type: 'string', maxLength: MAX_TEXT },
    IsCleanText(),
    HasAtMostCharacters(MAX_TEXT),
  );

/** Well-formed text of at most 255 bytes, compared byte for byte. */
export const KeyTextField = (options: FieldOptions) =>
  field(
    'keyText',
    options,
    { type: 'string', maxLength: MAX_KEY_TEXT },
    IsCleanKeyText(),
    HasAtMostBytes(MAX_KEY_TEXT),
  );

/** A UUID in one of three forms, stored as lower-case 8-4-4-4-12. */
export const DeviceIdField = (options: FieldOptions) =>
  field(
    'uuid',
    options,
    {
      type: 'string',
      pattern:
        '^[0-9A-Fa-f]{8}-?[0-9A-Fa-f]{4}-?[0-9A-Fa-f]{4}-?[0-9A-Fa-f]{4}-?[0-9A-Fa-f]{12}$|^[0-9A-Fa-f]{12}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$',
    },
    IsCanonicalUuid(),
  );

/** A time from 2008-07-10 to 24 h after arrival, stored to the millisecond. */
export const TimeField = (options: FieldOptions) =>
  field('time', options, { type: 'string' }, IsTime(), IsPlausibleTime());

/** An ISO 3166-1 alpha-2 code, stored in upper case. */
export const CountryField = (options: FieldOptions) =>
  field(
    'country',
    options,
    { type: 'string', pattern: '^[A-Za-z]{2}$' },
    IsCanonicalCountry(),
  );

/** US dollars, 0 to 999999.999999, stored to six decimals. */
export const UsdField = (options: FieldOptions) =>
  field(
    'usd',
    options,
    { type: 'number', minimum: 0, maximum: 999_999.999999 },
    IsUsd(),
    IsPlausibleUsd(),
  );

/** The fixed word `install`, in any letter case. */
export const EventField = (options: FieldOptions) =>
  field(
    'event',
    options,
    { type: 'string', pattern: '^[Ii][Nn][Ss][Tt][Aa][Ll][Ll]$' },
    IsInstallEvent(),
  );
