import { MalformedJsonError } from './json';

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * Splits the text of a JSON array (RFC 8259) into the texts of its items, without the white space around them. It checks
 * quotation marks, brackets and commas only: the text is valid JSON if every item is. Throws {@link MalformedJsonError} if the
 * text is not an array. Stops after `maxItems` + 1 items, so that one item more means "too many".
 */
export function splitJsonArray(text: string, maxItems = Infinity): string[] {
  const json = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const opening = json.search(/[^ \t\r\n]/);
  if (json[opening] !== '[') {
    throw new MalformedJsonError('The JSON text is not an array');
  }
  const items: string[] = [];
  let depth = 1;
  let start = opening + 1;
  // Character by character: matching tokens takes several times as long.
  for (let at = start; at < json.length; at++) {
    switch (json.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(json, at);
        break;
      case OPEN_BRACKET:
      case OPEN_BRACE:
        depth++;
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        depth--;
        if (depth === 0) return [...items, ...lastItem(json, start, at, items)];
        break;
      case COMMA:
        if (depth > 1) break;
        items.push(itemOf(json, start, at));
        if (items.length > maxItems) return items;
        start = at + 1;
    }
  }
  throw malformed();
}

/** The index of the quotation mark that ends the string that begins at `start`. */
function endOfString(json: string, start: number): number {
  let end = json.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(json, end)) end = json.indexOf('"', end + 1);
  if (end === -1) throw malformed();
  return end;
}

/** Whether an odd number of backslashes precedes it. */
function isEscaped(json: string, quote: number): boolean {
  let first = quote;
  while (json.charCodeAt(first - 1) === BACKSLASH) first--;
  return (quote - first) % 2 === 1;
}

/** The last item, or none if the array contains only white space. */
function lastItem(
  json: string,
  start: number,
  end: number,
  before: readonly string[],
): string[] {
  if (json[end] !== ']' || json.slice(end + 1).trim() !== '') throw malformed();
  const item = json.slice(start, end).trim();
  if (item === '' && before.length > 0) throw malformed();
  return item === '' ? [] : [item];
}

function itemOf(json: string, start: number, end: number): string {
  const item = json.slice(start, end).trim();
  if (item === '') throw malformed();
  return item;
}

function malformed(): MalformedJsonError {
  return new MalformedJsonError('Not valid JSON');
}
