import { DecodedText } from './decoded-text';

/** Stands in for a key. */
export const MASK = '***';

/** Keys and administrators' tokens of this service: one of these, and base62. */
const PREFIXES = ['pbk_', 'pba_'];
const LEAST_BASE62 = 36;
const MOST_BASE62 = 40;
const SHORTEST_OF_OURS = 4 + LEAST_BASE62;
const OURS = /pb[ak]_[0-9A-Za-z]{36}/;

/**
 * Replaces secrets in a text, however they are written there: plain, in UTF-16, percent-encoded however often, with
 * JSON's escapes, or a mix; and whatever else looks like a key or an administrator's token of this service. The work
 * grows linearly with the length of the text.
 *
 * @param secrets each of 1 to 128 characters A-Z a-z 0-9 `_` `-`; undefined ones are skipped
 */
export function maskSecrets(
  text: string,
  secrets: readonly (string | undefined)[],
): string {
  const wanted = secrets.filter(
    (secret) => secret !== undefined && secret.length <= text.length,
  ) as string[];
  if (wanted.length === 0 && text.length < SHORTEST_OF_OURS) return text;
  // The scan costs a microsecond for some thirty characters, and most texts need none.
  if (
    isPlain(text) &&
    !OURS.test(text) &&
    !wanted.some((each) => text.includes(each))
  )
    return text;
  const decoded = new DecodedText(text);
  const firsts = firstsOf([...wanted, ...PREFIXES]);
  let masked = '';
  let done = 0;
  // Also within what is masked: another secret may begin there, and end behind it.
  for (let at = 0; at < text.length; at++) {
    if (firsts[decoded.codeAt(at)] !== 1) continue;
    const end = endOfLongest(wanted, decoded, at);
    if (end <= done) continue;
    if (at >= done) masked += text.slice(done, at) + MASK;
    done = end;
  }
  return masked + text.slice(done);
}

/** Whether nothing in the text is written in another way than as it is. */
function isPlain(text: string): boolean {
  return !text.includes('%') && !text.includes('\\') && !text.includes('\0');
}

/** Holds a 1 for each character that one of the words begins with; nothing for one beyond ASCII. */
function firstsOf(words: readonly string[]): Uint8Array {
  const firsts = new Uint8Array(128);
  for (const word of words) firsts[word.charCodeAt(0)] = 1;
  return firsts;
}

/** Where the longest secret that begins at a position ends; 0 where none begins. */
function endOfLongest(
  secrets: readonly string[],
  text: DecodedText,
  at: number,
): number {
  let end = endOfOurs(text, at);
  for (const secret of secrets) end = Math.max(end, endOf(secret, text, at));
  return end;
}

/** Where `word` ends that begins at a position; 0 where another one begins. */
function endOf(word: string, text: DecodedText, at: number): number {
  let end = text.endOf(word.charCodeAt(0), at);
  for (let i = 1; i < word.length && end > 0; i++) {
    end = text.endOf(word.charCodeAt(i), text.skipNul(end));
  }
  return end;
}

/** Where something ends that looks like a key of ours, and begins at a position; 0 where none begins. */
function endOfOurs(text: DecodedText, at: number): number {
  let end = 0;
  for (const prefix of PREFIXES) end ||= endOf(prefix, text, at);
  if (end === 0) return 0;
  let length = 0;
  while (length < MOST_BASE62) {
    const next = text.skipNul(end);
    const code = text.codeAt(next);
    if (!isBase62(code)) break;
    end = text.endOf(code, next);
    length++;
  }
  return length < LEAST_BASE62 ? 0 : end;
}

function isBase62(code: number): boolean {
  const letter = code | 0x20;
  return (code >= 0x30 && code <= 0x39) || (letter >= 0x61 && letter <= 0x7a);
}
