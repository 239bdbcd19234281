const PERCENT = 0x25;
const BACKSLASH = 0x5c;
const LETTER_U = 0x75;
/** Stands behind the last character. It is no digit, and of no secret. */
const NOTHING = 0xffff;
/** UTF-32 has three U+0000 beside each letter, UTF-16 has one. */
const MOST_NULS = 3;

/**
 * The characters that a text has once nothing in it can be decoded further: percent-encoding and JSON's escapes, nested
 * in any way, their own digits encoded too. One begins at each position of the text, also within an escape.
 *
 * They are read from the end to the beginning, so that each depends only on those that are known. The work grows
 * linearly with the length of the text.
 */
export class DecodedText {
  /** The characters that begin at each position. */
  private readonly plain: Characters;
  /** The characters that a percent sign begins that ends at the position; only where one can end. */
  private readonly afterPercent: Characters;
  /** The same of a backslash. */
  private readonly afterBackslash: Characters;

  constructor(text: string) {
    const { length } = text;
    const memory = new ArrayBuffer(3 * Characters.sizeOf(length + 1));
    this.plain = new Characters(memory, 0, length + 1);
    this.afterPercent = new Characters(memory, 1, length + 1);
    this.afterBackslash = new Characters(memory, 2, length + 1);
    this.plain.set(length, NOTHING, length);
    for (let at = length; at > 0; at--) {
      const before = text.charCodeAt(at - 1);
      if (mayEndPercent(before)) this.readAfterPercent(at);
      if (mayEndBackslash(before)) this.readAfterBackslash(at);
      this.put(this.plain, at - 1, before, at);
    }
  }

  /** The UTF-16 code of the character that begins at a position. */
  codeAt(at: number): number {
    return this.plain.codes[at];
  }

  /** Where the character with this code ends that begins at a position; 0 where another one begins. */
  endOf(code: number, at: number): number {
    const { codes, ends, endsAsU } = this.plain;
    if (codes[at] === code) return ends[at];
    return code === LETTER_U ? endsAsU[at] : 0;
  }

  /** Where the next character begins that is not U+0000, at a position or behind it. */
  skipNul(at: number): number {
    const { codes, ends } = this.plain;
    let next = at;
    for (let nuls = 0; nuls < MOST_NULS && codes[next] === 0; nuls++) {
      next = ends[next];
    }
    return next;
  }

  private readAfterPercent(at: number): void {
    if (!this.readHex(this.afterPercent, at, at, 2)) {
      this.afterPercent.set(at, PERCENT, at);
    }
  }

  private readAfterBackslash(at: number): void {
    const { plain, afterBackslash } = this;
    const next = plain.escaped[at] ? at : this.skipNul(at);
    const end = plain.ends[next];
    const isEscape =
      plain.codes[next] === LETTER_U &&
      this.readHex(afterBackslash, at, end, 4);
    if (plain.escaped[next]) {
      // Two readings: this is one backslash of many, or it begins an escape whose `u` is written as an escape.
      if (isEscape) afterBackslash.endsAsU[at] = end;
      else afterBackslash.copy(at, plain, next);
    } else if (!isEscape) {
      afterBackslash.set(at, BACKSLASH, at);
    }
    afterBackslash.escaped[at] = 1;
  }

  /** The character with so many hexadecimal digits from `first` on; false where they are missing. */
  private readHex(
    into: Characters,
    at: number,
    first: number,
    digits: number,
  ): boolean {
    let code = 0;
    let end = first;
    for (let digit = 0; digit < digits; digit++) {
      const begin = this.skipNul(end);
      const value = hexOf(this.plain.codes[begin]);
      if (value < 0) return false;
      code = code * 16 + value;
      end = this.plain.ends[begin];
    }
    this.put(into, at, code, end);
    return true;
  }

  /** A character that ends at `end`, or what it begins there. */
  private put(into: Characters, at: number, code: number, end: number): void {
    if (code === PERCENT) into.copy(at, this.afterPercent, end);
    else if (code === BACKSLASH) into.copy(at, this.afterBackslash, end);
    else into.set(at, code, end);
  }
}

/** A character for each position of a text. */
class Characters {
  readonly codes: Uint16Array;
  readonly ends: Uint32Array;
  /** Where it ends if it is read as the letter u instead; 0 where it cannot be. */
  readonly endsAsU: Uint32Array;
  /** 1 where a backslash begins it. */
  readonly escaped: Uint8Array;

  /** Bytes of memory for so many, in whole words. */
  static sizeOf(length: number): number {
    return Math.ceil((length * 11) / 4) * 4;
  }

  /** The `index`th ones in memory that is shared, because making it takes longer than filling it. */
  constructor(memory: ArrayBuffer, index: number, length: number) {
    const start = index * Characters.sizeOf(length);
    this.ends = new Uint32Array(memory, start, length);
    this.endsAsU = new Uint32Array(memory, start + length * 4, length);
    this.codes = new Uint16Array(memory, start + length * 8, length);
    this.escaped = new Uint8Array(memory, start + length * 10, length);
  }

  set(at: number, code: number, end: number): void {
    this.codes[at] = code;
    this.ends[at] = end;
  }

  copy(at: number, from: Characters, source: number): void {
    this.codes[at] = from.codes[source];
    this.ends[at] = from.ends[source];
    this.endsAsU[at] = from.endsAsU[source];
    this.escaped[at] = from.escaped[source];
  }
}

/** The last character of each writing of a percent sign: `%`, `25`, and 5 written as `35`. */
function mayEndPercent(code: number): boolean {
  return code === PERCENT || code === 0x35;
}

/** The last character of each writing of a backslash: `\`, `5c`, and c written as `63` or C as `43`, and 3 as `33`. */
function mayEndBackslash(code: number): boolean {
  return code === BACKSLASH || (code | 0x20) === 0x63 || code === 0x33;
}

/** The value of a hexadecimal digit; -1 for any other character. */
function hexOf(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
