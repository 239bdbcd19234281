import type { CanonicalField } from './canonical-field';

/**
 * All that is known of one tracker, declared once. The reading of its own message, its postback
 * URL, its page in the docs and its operation in the OpenAPI document follow from it.
 */
export interface TrackerAdapter {
  /** Lower case; part of the path `/track/install/v1/{name}`. */
  readonly name: string;
  /** As people call it. */
  readonly title: string;
  /** The vendor's document that the declaration follows. */
  readonly documentation: string;
  readonly facts: TrackerFacts;
  /** What an integrator should know before anything arrives; a sentence each. */
  readonly gotchas: readonly string[];
  /** How a macro stands in a URL. */
  readonly macro: (name: string) => string;
  /** How each field is called by the tracker. A field that its documents do not have is left out. */
  readonly fields: Readonly<Partial<Record<CanonicalField, string | Mapping>>>;
  /** Absent: it has no message of its own, only URLs with macros. */
  readonly message?: TrackerMessage;
}

/** What the tracker's documents say; a sentence each, or that they do not say it. */
export interface TrackerFacts {
  /** Methods and form. */
  readonly transport: string;
  /** What is sent again, when and how often. */
  readonly retries: string;
  /** How long it waits for an answer. */
  readonly timeout: string;
  /** How times are written. */
  readonly time: string;
  /** How a value that is not there looks. */
  readonly missing: string;
  /** What tells one install from another. */
  readonly installId: string;
}

/** How one field is called; a plain text stands for a name that is also the macro's. */
export interface Mapping {
  /** In the tracker's own message; of several the first one that says something. Absent: it is not there. */
  readonly from?: Source | readonly Source[];
  /** Absent: no macro gives it. */
  readonly macro?: string;
  /** In the URL only when asked for. */
  readonly optional?: true;
  /** No macro gives it, but who sets up the postback can write it, under our name: what to write. */
  readonly written?: string;
}

/** A name in the message, with dots where it is nested; or a part of what stands there. Parts are pure functions, for what a table cannot say. */
export type Source =
  | string
  | {
      readonly name: string;
      readonly part: (text: string) => string | undefined;
    };

/** The tracker's own message. */
export interface TrackerMessage {
  /** Whether the tracker writes the names by itself; otherwise they stand in a URL that its user writes. */
  readonly pushed: boolean;
  /** All must hold for an install; another well-formed message is ignored. */
  readonly installs: readonly Condition[];
  /** When this holds, an install that names no publisher is an organic one, as the tracker's documents say. */
  readonly organic?: Condition;
  /** Amounts, each with what tells its currency: the first one in US dollars is taken. */
  readonly costs?: readonly Cost[];
  /** Words that mean "not sent" in one field, in any letter case, besides those that always do. */
  readonly nothing?: Readonly<
    Partial<Record<CanonicalField, readonly string[]>>
  >;
  /** A whole install message, with fake values: JSON where it is posted by the tracker, else parameters. */
  readonly example: Readonly<Record<string, unknown>>;
}

/** Something that is, or is not, said by a message. */
export interface Condition {
  /** A name in the message; of several the first one that is there. */
  readonly name: string | readonly string[];
  /** Values with which it holds. */
  readonly is: readonly string[];
  /** Whether their letter case matters. */
  readonly exact?: true;
  /** What follows when the message does not say it; `refused`: the message is not complete. */
  readonly absent: 'holds' | 'fails' | 'refused';
}

export interface Cost {
  readonly amount: string;
  /** Where the ISO 4217 code of the currency stands. */
  readonly currency: string;
  /** Where the message tells what was paid for, and the word for an install. */
  readonly paidFor?: { readonly name: string; readonly install: string };
}
