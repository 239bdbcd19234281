import { unescape } from 'node:querystring';
import { isPercentMacro } from './macro';

/** One `name=value` pair, decoded. */
export interface FormParameter {
  /** Decoded name. */
  readonly name: string;
  /** Decoded value. A `%x%` or `%%X%%` that was not expanded stays unchanged. */
  readonly value: string;
  /** Whether every percent sign of name and value begins a valid escape or belongs to such a macro. */
  readonly wellFormed: boolean;
}

const ENCODED = /[%+]/;
const BROKEN_ESCAPE = /%(?![\da-f]{2})/i;
const ESCAPES = /(?:%[\da-f]{2})+/gi;

/** Parses `application/x-www-form-urlencoded` text (WHATWG URL), also a query string without `?`; invalid UTF-8 becomes U+FFFD. */
export function parseForm(text: string): FormParameter[] {
  const parameters: FormParameter[] = [];
  for (const pair of text.split('&')) {
    if (pair !== '') parameters.push(readPair(pair));
  }
  return parameters;
}

function readPair(pair: string): FormParameter {
  const equals = pair.indexOf('=');
  const name = equals < 0 ? pair : pair.slice(0, equals);
  const value = equals < 0 ? '' : pair.slice(equals + 1);
  if (!ENCODED.test(pair)) return { name, value, wellFormed: true };
  // Decoded, %%CAMPAIGN%% would begin with the byte CA.
  const macro = isPercentMacro(value);
  return {
    name: decode(name),
    value: macro ? value : decode(value),
    wellFormed: !BROKEN_ESCAPE.test(macro ? name : pair),
  };
}

function decode(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    // Only the escapes: next to invalid UTF-8, `unescape` would cut other characters down to one byte.
    return spaced.replace(ESCAPES, (escapes) => unescape(escapes));
  }
}
