import { type JsonValue, type Nothing, readNothing } from '@app/reading';
import type { UNDECODABLE } from './unreadable';
import { CONFLICT } from './unreadable';
import type { FieldTypeName, FieldValue } from './field-types';
import { FIELD_TYPES, type FieldType } from './field-types';

/**
 * A value as far as it could be read: canonical, or as it was sent where it could not be
 * read, so that the rules can say what is wrong with it.
 */
export type ReadValue = FieldValue | SentValue | typeof CONFLICT;

/** One value as it was sent. */
export type SentValue = JsonValue | typeof UNDECODABLE;

export interface Reading {
  /** Undefined: nothing was sent. */
  readonly value: ReadValue | undefined;
  /** Why something that was sent means nothing; not told of what is plainly empty. */
  readonly nothing?: Exclude<Nothing, 'empty'>;
}

/** Reads all that was sent for one field: equal values are one value, "nothing" is no value. */
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

/** Times are equal at the same instant; what is no single value is equal to nothing. */
function isSame(a: ReadValue | undefined, b: ReadValue | undefined): boolean {
  return a instanceof Date && b instanceof Date
    ? a.getTime() === b.getTime()
    : a === b;
}
