import type { CanonicalField } from './canonical-field';
import type { Message, SentValue } from './message';

/** A problem with one name of the message, for its sender. */
export interface Remark<Code extends string> {
  /** The tracker's name. */
  readonly field: string;
  readonly code: Code;
  readonly message: string;
}

export type MessageWarning = Remark<
  'placeholder_value' | 'cost_not_usd' | 'cost_not_per_install'
>;
export type MessageFault = Remark<
  'required' | 'conflicting_values' | 'invalid_type'
>;

/** A message in canonical fields. The values are unchanged: the caller reads and validates them. */
export interface AdaptedMessage {
  readonly fields: ReadonlyMap<CanonicalField, readonly SentValue[]>;
  /** The tracker's names for a field: the name that had its value, or all possible names if none had; empty if the tracker does not send the field. */
  readonly namesOf: (field: CanonicalField) => readonly string[];
  /** Names that the adapter does not know. */
  readonly unknown: readonly string[];
  readonly warnings: readonly MessageWarning[];
  /** Why it is not clear whether the message is an install. */
  readonly faults: readonly MessageFault[];
}

/** Returns the message in canonical fields, or undefined if it is a valid message that is not an install. Never throws. */
export type MessageReader = (message: Message) => AdaptedMessage | undefined;

/** The result so far, while one message is read. */
export interface Draft {
  readonly sent: Message;
  readonly fields: Map<CanonicalField, readonly SentValue[]>;
  readonly names: Map<CanonicalField, string>;
  readonly warnings: MessageWarning[];
  readonly faults: MessageFault[];
}
