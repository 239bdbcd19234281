import { JsonObject, type JsonValue, readNothing } from '@app/reading';

/** One value as it was sent: a number as its source text; a symbol for a value that could not be decoded. */
export type SentValue = JsonValue | symbol;

/** A message as it was sent: all values of each name. */
export type Message = ReadonlyMap<string, readonly SentValue[]>;

/** A name, prepared for {@link valuesAt}. */
export interface Place {
  readonly name: string;
  /** The first step is a parameter or member of the message, each further step a member of the object before it. */
  readonly path: readonly string[];
}

export function placeOf(name: string): Place {
  return { name, path: name.split('.') };
}

/** All values of a name: of the name itself and, if it has dots, also of the path into objects. */
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

/** The different texts among the values, trimmed, without those that mean "not sent"; a boolean as its word. */
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

/** Whether one of the values is a macro that was not expanded. */
export function holdsMacro(values: readonly SentValue[]): boolean {
  return values.some(
    (value) =>
      typeof value === 'string' &&
      readNothing(value.trim(), 'text') === 'unexpanded_macro',
  );
}

/** Whether the value is an array, or an object that is not empty: then it has no word, but it is not absent. */
export function isStructured(value: SentValue): boolean {
  return (
    Array.isArray(value) ||
    (value instanceof JsonObject && value.members.length > 0)
  );
}

/** Whether one of the values does not mean "not sent"; it need not be valid. */
export function hasValue(values: readonly SentValue[]): boolean {
  return values.some((value) =>
    typeof value === 'string'
      ? readNothing(value.trim(), 'text') === undefined
      : value !== null,
  );
}

/** Whether a word is in the list, in any letter case. */
export function isOneOf(words: readonly string[], word: string): boolean {
  const wanted = word.toLowerCase();
  return words.some((each) => each.toLowerCase() === wanted);
}
