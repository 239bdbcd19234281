/** A JSON value. A number is its source text, so that no digit is lost. */
export type JsonValue = string | boolean | null | JsonValue[] | JsonObject;

/** An object as its members in source order, with repeated names. */
export class JsonObject {
  constructor(
    readonly members: readonly (readonly [name: string, value: JsonValue])[],
  ) {}
}

/** The text is not JSON (RFC 8259), or not an object. The message never quotes the text. */
export class MalformedJsonError extends Error {}

/** Objects and arrays are nested deeper than allowed. */
export class TooDeepError extends Error {}

const BYTE_ORDER_MARK = '\uFEFF';

/**
 * Parses the text of one JSON object (RFC 8259). Text of white space only is an empty object, and a leading BOM is skipped.
 * Objects and arrays count as depth; the outermost object has depth 1. Throws {@link MalformedJsonError} and
 * {@link TooDeepError}.
 *
 * Not the reviver of JSON.parse with `context.source`, and not `lossless-json`: both preserve the digits of numbers, but of a
 * repeated name they preserve only the last value. Here repeats must survive, because a postback that sends a field twice
 * with different values is rejected. JSON.parse still checks the grammar; the walk over the valid text is short.
 */
export function parseJsonObject(text: string, maxDepth: number): JsonObject {
  const json = text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
  if (json.trim() === '') return new JsonObject([]);
  assertObject(json);
  return new Walker(json, maxDepth).readObject(1);
}

// Anchored at the end, because a message that quotes the text has the quotation before that.
const POSITION = / JSON at position (\d+)(?: \(line \d+ column \d+\))?$/;

function assertObject(json: string): void {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new MalformedJsonError(describe((error as Error).message));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new MalformedJsonError('The JSON text is not an object');
  }
}

function describe(reason: string): string {
  const at = POSITION.exec(reason)?.[1];
  if (at !== undefined) return `Not valid JSON at character position ${at}`;
  if (reason === 'Unexpected end of JSON input') {
    return 'Not valid JSON: it ends too early';
  }
  return 'Not valid JSON';
}

// In valid text, commas and colons add nothing to the order of the values.
const FILLER = new Set([' ', '\t', '\n', '\r', ',', ':']);

/** Walks over text that JSON.parse has accepted as an object, so nothing can be missing. */
class Walker {
  private position = 0;

  constructor(
    private readonly json: string,
    private readonly maxDepth: number,
  ) {}

  readObject(depth: number): JsonObject {
    this.open(depth);
    const members: [string, JsonValue][] = [];
    while (this.peek() !== '}') {
      members.push([this.readString(), this.readValue(depth)]);
    }
    this.position++;
    return new JsonObject(members);
  }

  private readArray(depth: number): JsonValue[] {
    this.open(depth);
    const items: JsonValue[] = [];
    while (this.peek() !== ']') items.push(this.readValue(depth));
    this.position++;
    return items;
  }

  private readValue(depth: number): JsonValue {
    switch (this.peek()) {
      case '{':
        return this.readObject(depth + 1);
      case '[':
        return this.readArray(depth + 1);
      case '"':
        return this.readString();
      default:
        return this.readLiteral();
    }
  }

  private readString(): string {
    const start = this.position;
    let escaped = false;
    let end = start + 1;
    while (this.json[end] !== '"') {
      const escape = this.json[end] === '\\';
      escaped ||= escape;
      end += escape ? 2 : 1;
    }
    this.position = end + 1;
    return escaped
      ? JSON.parse(this.json.slice(start, this.position))
      : this.json.slice(start + 1, end);
  }

  private readLiteral(): JsonValue {
    const start = this.position;
    while (!this.atLiteralEnd()) this.position++;
    const literal = this.json.slice(start, this.position);
    if (literal === 'null') return null;
    if (literal === 'true') return true;
    return literal === 'false' ? false : literal;
  }

  private atLiteralEnd(): boolean {
    const character = this.json[this.position];
    return FILLER.has(character) || character === '}' || character === ']';
  }

  private open(depth: number): void {
    if (depth > this.maxDepth) {
      throw new TooDeepError(
        `The JSON text is nested deeper than ${this.maxDepth} levels`,
      );
    }
    this.peek();
    this.position++;
  }

  /** Skips what separates tokens and returns the first character of the next one. */
  private peek(): string {
    while (FILLER.has(this.json[this.position])) this.position++;
    return this.json[this.position];
  }
}
