import type { CanonicalField } from './canonical-field';

/**
 * The declaration of one tracker. The reader of its own message, its postback URL, its page in the docs and its operation in
 * the OpenAPI document are derived from it.
 */
export interface TrackerAdapter {
  /** Lower case; part of the path `/track/install/v1/{name}`. */
  readonly name: string;
  /** The name for people. */
  readonly title: string;
  /** The URL of the vendor's document that the declaration follows. */
  readonly documentation: string;
  readonly facts: TrackerFacts;
  /** What an integrator should know before the first postback; one topic each. */
  readonly gotchas: readonly string[];
  /** Writes a macro as it must stand in a URL. */
  readonly macro: (name: string) => string;
  /** The tracker's name for each field. A field that its documents do not mention is left out. */
  readonly fields: Readonly<Partial<Record<CanonicalField, string | Mapping>>>;
  /** Absent: the tracker has no message of its own, only URLs with macros. */
  readonly message?: TrackerMessage;
}

/** Facts from the tracker's documents, or `Not documented.` */
export interface TrackerFacts {
  /** HTTP methods and format. */
  readonly transport: string;
  /** What the tracker retries, when and how often. */
  readonly retries: string;
  /** How long it waits for a response. */
  readonly timeout: string;
  /** The format of times. */
  readonly time: string;
  /** The text of a missing value. */
  readonly missing: string;
  /** What identifies an install. */
  readonly installId: string;
}

/** The tracker's names for one field. A plain text instead means the same name in the message and in the macro. */
export interface Mapping {
  /** The source in the tracker's own message; of several the first one with a value. Absent: the message does not contain it. */
  readonly from?: Source | readonly Source[];
  /** The name of the macro. Absent: there is no macro for it. */
  readonly macro?: string;
  /** Only in URLs that ask for it. */
  readonly optional?: true;
  /** There is no macro, but the user can write a value into the URL under the canonical name: what to write. */
  readonly written?: string;
}

/** A name in the message, with dots if it is nested; or a part of its text. Parts are pure functions, for what a table cannot express. */
export type Source =
  | string
  | {
      readonly name: string;
      readonly part: (text: string) => string | undefined;
    };

/** The tracker's own message. */
export interface TrackerMessage {
  /** Whether the tracker adds the names itself. Otherwise its user writes them into a URL. */
  readonly pushed: boolean;
  /** All must hold for an install. Any other valid message is ignored. */
  readonly installs: readonly Condition[];
  /** If this holds, an install without a publisher is organic, as the tracker's documents state. */
  readonly organic?: Condition;
  /** Amounts with the name of their currency. The first one in US dollars is used. */
  readonly costs?: readonly Cost[];
  /** Words that mean "not sent" in one field, in any letter case, in addition to those that mean it in every field. */
  readonly nothing?: Readonly<
    Partial<Record<CanonicalField, readonly string[]>>
  >;
  /** A complete install message with fake values: JSON if the tracker posts it, otherwise parameters. */
  readonly example: Readonly<Record<string, unknown>>;
}

/** A condition on one value of a message. */
export interface Condition {
  /** A name in the message; of several the first one with a value. */
  readonly name: string | readonly string[];
  /** Values with which it holds. */
  readonly is: readonly string[];
  /** Whether their letter case matters. */
  readonly exact?: true;
  /** The result if the message has no value for it; `refused`: the message is rejected as incomplete. */
  readonly absent: 'holds' | 'fails' | 'refused';
}

export interface Cost {
  readonly amount: string;
  /** The name of the ISO 4217 code of the currency. */
  readonly currency: string;
  /** The name of what was paid for, and its word for an install. */
  readonly paidFor?: { readonly name: string; readonly install: string };
}
