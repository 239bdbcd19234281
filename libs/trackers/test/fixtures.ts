import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { JsonObject, parseForm, parseJsonObject } from '@app/reading';
import type { CanonicalField, Message, SentValue } from '../src';

/** One message of a tracker, and what must come of it. */
export interface Fixture {
  readonly title: string;
  /** Where the sample comes from. */
  readonly source: string;
  /** Absent where the tracker has no message of its own. */
  readonly message?: {
    /** As it stands in a URL. */
    readonly query?: string;
    /** Posted as JSON. */
    readonly body?: Readonly<Record<string, unknown>>;
    /** Posted as JSON, letter by letter. */
    readonly text?: string;
  };
  /** What fills in the macros that are no names of the message. */
  readonly macros?: Readonly<Record<string, string>>;
  readonly expected:
    | { readonly install: ExpectedInstall }
    | { readonly ignored: true }
    /** Faults of the answer: the field, a space, the code. */
    | { readonly refused: readonly string[] };
  /** Warnings of the answer, but for unknown fields: the field, a space, the code. */
  readonly warnings?: readonly string[];
}

export type ExpectedInstall = Readonly<
  Partial<Record<CanonicalField, string | number>>
>;

const DIRECTORY = join(__dirname, 'fixtures');

/** The fixtures of a tracker; none where it has no file. */
export function fixturesOf(tracker: string): readonly Fixture[] {
  const name = `${tracker}.json`;
  if (!readdirSync(DIRECTORY).includes(name)) return [];
  const fixtures = JSON.parse(
    readFileSync(join(DIRECTORY, name), 'utf8'),
  ) as readonly Fixture[];
  for (const [n, fixture] of fixtures.entries()) {
    const { title, source, expected } = fixture as Partial<Fixture>;
    if (!title || !source || !isVerdict(expected)) {
      throw new Error(
        `${name}, entry ${n + 1}: give it a "title", a "source", and as "expected" an object with "install", "ignored" or "refused"`,
      );
    }
  }
  return fixtures;
}

function isVerdict(expected: unknown): boolean {
  return (
    typeof expected === 'object' &&
    expected !== null &&
    ['install', 'ignored', 'refused'].some((each) => each in expected)
  );
}

/** The message as the service collects it. */
export function messageOf({ message = {} }: Fixture): Message {
  const { query = '', body, text = body && JSON.stringify(body) } = message;
  const members: [string, SentValue][] = [
    ...parseForm(query).map(({ name, value }): [string, SentValue] => [
      name,
      value,
    ]),
    ...(text === undefined ? [] : parseJsonObject(text, 8).members),
  ].map(([name, value]) => [name, value]);
  return new Map(
    [...Map.groupBy(members, ([name]) => name)].map(([name, all]) => [
      name,
      all.map(([, value]) => value),
    ]),
  );
}

/** The text that a macro of that name is filled in with; empty where the fixture has none. */
export function macroValueOf(fixture: Fixture, name: string): string {
  const given = fixture.macros?.[name];
  if (given !== undefined) return given;
  const message = messageOf(fixture);
  const flat = message.get(name)?.at(-1);
  const [first, ...steps] = name.split('.');
  const value =
    flat ??
    steps.reduce<SentValue | undefined>(
      (object, step) =>
        object instanceof JsonObject
          ? object.members.find(([member]) => member === step)?.[1]
          : undefined,
      message.get(first)?.at(-1),
    );
  return typeof value === 'string' ? value : '';
}
