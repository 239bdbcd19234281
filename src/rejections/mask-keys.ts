import { LRUCache } from 'lru-cache';

/** Stands in for a key. */
export const MASK = '***';

/** Of the keys that came last: making one takes longer than using it. */
const patterns = new LRUCache<string, RegExp>({
  max: 1_000,
  memoMethod: (key) => patternOf(key),
});

const OUR_KEYS = /pbk_[0-9A-Za-z]{36}/g;

/**
 * Takes the key out of a text, however it is written there: plain, percent-encoded or with JSON's escapes; and
 * whatever else looks like a key of this service.
 */
export function maskKeys(text: string, key: string | undefined): string {
  const masked = key ? text.replace(patterns.memo(key), MASK) : text;
  return masked.replace(OUR_KEYS, MASK);
}

/** A good key is made of letters, digits, `_` and `-`, which mean nothing else here. */
function patternOf(key: string): RegExp {
  const characters = Array.from(key, (character) => {
    const hex = character.charCodeAt(0).toString(16).padStart(2, '0');
    const anyCase = hex.replace(/[a-f]/g, (x) => `[${x}${x.toUpperCase()}]`);
    return `(?:${character}|%${anyCase}|\\\\u00${anyCase})`;
  });
  return new RegExp(characters.join(''), 'g');
}
