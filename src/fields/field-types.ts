import { readCountry, readTime, readUsd, readUuid } from '@app/reading';

export type FieldValue = string | number | Date;

/** How to read the values of a field. */
export interface FieldType {
  /** The canonical value of a trimmed text that means something; undefined if it cannot be read. */
  readonly read: (text: string) => FieldValue | undefined;
  /** In plain text a bracketed word is a real value; everywhere else it is an unexpanded macro. */
  readonly nothing: 'text' | 'value';
}

export const FIELD_TYPES = {
  text: { read: (text) => text.toWellFormed(), nothing: 'text' },
  keyText: { read: (text) => text, nothing: 'value' },
  uuid: { read: readUuid, nothing: 'value' },
  time: { read: readTime, nothing: 'value' },
  country: { read: readCountry, nothing: 'value' },
  usd: { read: readUsd, nothing: 'value' },
  event: { read: (text) => text.toLowerCase(), nothing: 'value' },
} as const satisfies Record<string, FieldType>;

export type FieldTypeName = keyof typeof FIELD_TYPES;
