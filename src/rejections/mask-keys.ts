import { LRUCache } from 'lru-cache';

/** Stands in for a key. */
export const MASK = '***';

/** Keys and administrators' tokens of this service, good or not; also in UTF-16. */
const OURS = /p\0?b\0?[ak]\0?_\0?(?:[0-9A-Za-z]\0?){36,40}/g;

/** Of the secrets that came last: making one takes longer than using it. */
const patterns = new LRUCache<string, RegExp>({
  max: 1_000,
  memoMethod: (secret) => patternOf(secret),
});

/**
 * Takes secrets out of a text, however they are written there: plain, in UTF-16, percent-encoded however often, or with
 * JSON's escapes; and whatever else looks like a key of this service.
 */
export function maskKeys(
  text: string,
  secrets: readonly (string | undefined)[],
): string {
  let masked = text;
  for (const secret of secrets) {
    if (secret) masked = masked.replace(patterns.memo(secret), MASK);
  }
  return masked.replace(OURS, MASK);
}

/** A percent sign, which may be written in these ways itself. */
const PERCENT = String.raw`(?:%|\\+u0025)(?:25)*`;

/** A secret is made of letters, digits, `_` and `-`, which mean nothing else here. */
function patternOf(secret: string): RegExp {
  const characters = Array.from(secret, (character) => {
    const hex = character.charCodeAt(0).toString(16).padStart(2, '0');
    const anyCase = hex.replace(/[a-f]/g, (x) => `[${x}${x.toUpperCase()}]`);
    return String.raw`(?:${character}|${PERCENT}${anyCase}|\\+u00${anyCase})`;
  });
  return new RegExp(characters.join(String.raw`\0?`), 'g');
}
