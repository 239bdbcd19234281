// The package's main file would load the country names of some seventy languages.
import { getAlpha2Codes } from 'i18n-iso-countries/index';

const CODES = new Set(Object.keys(getAlpha2Codes()));
const TWO_LETTERS = /^[a-z]{2}$/i;

/** Reads an ISO 3166-1 alpha-2 code, any letter case, as upper case; `UK` is read as `GB`, `XK` is accepted. */
export function readCountry(text: string): string | undefined {
  // Some letters beyond ASCII have an ASCII upper case, such as the dotless i.
  if (!TWO_LETTERS.test(text)) return undefined;
  const code = text.toUpperCase();
  if (code === 'UK') return 'GB';
  return CODES.has(code) ? code : undefined;
}
