import { ValidateBy } from 'class-validator';
import { type FieldName, INSTALL_FIELDS } from '../fields/install-fields';

const FIELD_NAMES: readonly FieldName[] = INSTALL_FIELDS.map(
  ({ name }) => name,
);

const isField = (name: unknown) => FIELD_NAMES.includes(name as FieldName);

const unknownIn = (names: readonly unknown[]) =>
  names.filter((name) => !isField(name)).map(String);

const explain = (property: string, names: readonly unknown[]) => {
  const unknown = unknownIn(names);
  return unknown.length > 0
    ? `${property} contains unknown fields: ${unknown.join(', ')}. Valid fields: ${FIELD_NAMES.join(', ')}`
    : `${property} must be an object with field names and text values, such as { "country_code": "AR" }`;
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether PostgreSQL can store it as text, and within JSON. */
const isStorable = (value: unknown) =>
  typeof value === 'string' && value.isWellFormed() && !value.includes('\0');

/** Fields of the contract and a text for each. */
export const IsFieldValues = () =>
  ValidateBy({
    name: 'isFieldValues',
    validator: {
      validate: (value) =>
        isObject(value) &&
        unknownIn(Object.keys(value)).length === 0 &&
        Object.values(value).every(isStorable),
      defaultMessage: (args) =>
        explain(
          args!.property,
          isObject(args!.value) ? Object.keys(args!.value) : [],
        ),
    },
  });

/** Names of fields of the contract. */
export const IsFieldNames = () =>
  ValidateBy({
    name: 'isFieldNames',
    validator: {
      validate: (value) =>
        Array.isArray(value) && unknownIn(value).length === 0,
      defaultMessage: (args) =>
        Array.isArray(args!.value)
          ? explain(args!.property, args!.value)
          : `${args!.property} must be an array of field names, such as ["country_code"]`,
    },
  });
