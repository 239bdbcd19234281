import { JsonObject, type JsonValue, readNothing } from '@app/reading';

/** One value as it was sent: a number as its source text; a symbol stands for what could not be decoded. */
export type SentValue = JsonValue | symbol;

/** A message as it was sent: for each name all the values that came with it. */
export type Message = ReadonlyMap<string, readonly SentValue[]>;

/** A name, ready to be looked up. */
export interface Place {
  readonly name: string;
  /** The first step is a parameter or member of the message, each further one a member of the object before. */
  readonly path: readonly string[];
}

export function placeOf(name: string): Place {
  return { name, path: name.split('.') };
}

/** All that was sent under a name: as it is and, where it has dots, also as a path into objects. */
export function valuesAt(
  message: Message,
  { name, path }: Place,
): readonly SentValue[] | undefined {
  const flat = message.get(name);
  if (path.length === 1) return flat;
  let nested: readonly SentValue[] = message.get(path[0]) ?? [];
  for (let step = 1; step < path.length && nested.length > 0; step++) {
    nested = nested.flatMap((value) => membersOf(value, path[step]));
  }
  if (nested.length === 0) return flat;
  return flat ? [...flat, ...nested] : nested;
}

function membersOf(value: SentValue, name: string): SentValue[] {
  if (!(value instanceof JsonObject)) return [];
  return value.members
    .filter(([member]) => member === name)
    .map(([, each]) => each);
}

/** The different texts that mean something among what was sent, trimmed; a boolean as its word. */
export function wordsOf(values: readonly SentValue[] = []): string[] {
  const words = new Set<string>();
  for (const value of values) {
    const text = typeof value === 'boolean' ? String(value) : value;
    if (typeof text !== 'string') continue;
    const word = text.trim();
    if (!readNothing(word, 'value')) words.add(word);
  }
  return [...words];
}

/** Whether a macro that was not expanded stands there. */
export function holdsMacro(values: readonly SentValue[]): boolean {
  return values.some(
    (value) =>
      typeof value === 'string' &&
      readNothing(value.trim(), 'text') === 'unexpanded_macro',
  );
}

/** Whether an array, or an object that is not empty, stands there: no word, but not nothing either. */
export function isStructured(value: SentValue): boolean {
  return (
    Array.isArray(value) ||
    (value instanceof JsonObject && value.members.length > 0)
  );
}

/** Whether something stands there that means anything, be it well-formed or not. */
export function saysSomething(values: readonly SentValue[]): boolean {
  return values.some((value) =>
    typeof value === 'string'
      ? readNothing(value.trim(), 'text') === undefined
      : value !== null,
  );
}
