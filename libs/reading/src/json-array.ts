import { MalformedJsonError } from './json';

/** The next thing that matters in an array whose grammar is known to be right: a string as a whole, or one character. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[[\]{},]/g;

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
  for (const { 0: token, index } of json.matchAll(TOKEN)) {
    if (token === '[' || token === '{') {
      depth++;
      if (depth === 1) start = index + 1;
    } else if (depth === 1 && (token === ',' || token === ']')) {
      items.push(json.slice(start, index).trim());
      start = index + 1;
    }
    if (token === ']' || token === '}') depth--;
  }
  return items.length === 1 && items[0] === '' ? [] : items;
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
