import { MalformedJsonError } from './json';

/**
 * Splits the text of a JSON array (RFC 8259) into the texts of its items, each as it stands there.
 * Throws {@link MalformedJsonError} for what is no JSON array.
 */
export function splitJsonArray(text: string): string[] {
  const json = text.startsWith('\uFEFF') ? text.slice(1) : text;
  requireArray(json);
  const items: string[] = [];
  let depth = 0;
  let start = 0;
  // Character by character: matching tokens takes several times as long.
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (character === '"') {
      at = endOfString(json, at);
    } else if (character === '[' || character === '{') {
      depth++;
      if (depth === 1) start = at + 1;
    } else if (character === ']' || character === '}') {
      depth--;
      if (depth === 0) items.push(json.slice(start, at).trim());
    } else if (character === ',' && depth === 1) {
      items.push(json.slice(start, at).trim());
      start = at + 1;
    }
  }
  return items.length === 1 && items[0] === '' ? [] : items;
}

/** In text known to be valid, the place of the quotation mark that ends the string which begins at `start`. */
function endOfString(json: string, start: number): number {
  let end = start + 1;
  while (json[end] !== '"') end += json[end] === '\\' ? 2 : 1;
  return end;
}

function requireArray(json: string): void {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new MalformedJsonError('Not valid JSON');
  }
  if (!Array.isArray(value)) {
    throw new MalformedJsonError('The JSON text is not an array');
  }
}
