import { type JsonValue, type Nothing, readNothing } from '@app/reading';
import {
  FIELD_TYPES,
  type FieldType,
  type FieldTypeName,
  type FieldValue,
} from './field-types';
import { CONFLICT } from './unreadable';

/** One value as it was sent: a number is its source text, a symbol stands for a value that cannot be read. */
export type SentValue = JsonValue | symbol;

/** A canonical value; or the value that was sent if it cannot be read, so that the rules can report what is wrong. */
export type ReadValue = FieldValue | SentValue;

export interface Reading {
  /** Undefined if nothing was sent. */
  readonly value: ReadValue | undefined;
  /** Why a value that was sent means nothing; undefined if it was only empty. */
  readonly nothing?: Exclude<Nothing, 'empty'>;
}

/** Reads all values that were sent for one field. Values that read the same are one value; values that mean nothing are skipped. */
export function readField(
  typeName: FieldTypeName,
  sent: readonly SentValue[],
): Reading {
  const type: FieldType = FIELD_TYPES[typeName];
  if (sent.length === 1) return readValue(type, sent[0]);
  const readings = sent.map((value) => readValue(type, value));
  const [first, ...others] = readings.filter(
    ({ value }) => value !== undefined,
  );
  const nothing = readings.find((reading) => reading.nothing)?.nothing;
  const value = others.every((other) => isSame(other.value, first.value))
    ? first?.value
    : CONFLICT;
  return { value, nothing };
}

function readValue(type: FieldType, sent: SentValue): Reading {
  if (sent === null) return { value: undefined };
  if (typeof sent !== 'string') return { value: sent };
  const text = sent.trim();
  const nothing = readNothing(text, type.nothing);
  if (nothing === 'empty') return { value: undefined };
  if (nothing) return { value: undefined, nothing };
  return { value: type.read(text) ?? text };
}

/** Times are equal at the same instant. An array or object is equal only to itself. */
function isSame(a: ReadValue | undefined, b: ReadValue | undefined): boolean {
  return a instanceof Date && b instanceof Date
    ? a.getTime() === b.getTime()
    : a === b;
}
