import { hash, randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';

const ALPHABET =
  '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const RANDOM_LENGTH = 30;
const CHECKSUM_LENGTH = 6;
const SHAPE = /^pbk_[0-9A-Za-z]{36}$/;

/** A new key: `pbk_`, 30 random base62 characters (178 bits), 6 of their CRC32. */
export function generateApiKey(): string {
  const random = randomBase62(RANDOM_LENGTH);
  return `pbk_${random}${checksum(random)}`;
}

/** Whether shape and checksum are those of our keys. Saves a query for any other text. */
export function isWellFormedApiKey(key: string): boolean {
  return (
    SHAPE.test(key) &&
    checksum(key.slice(4, -CHECKSUM_LENGTH)) === key.slice(-CHECKSUM_LENGTH)
  );
}

/** A new administrator token: `pba_` and 40 random base62 characters (238 bits). */
export function generateAdminToken(): string {
  return `pba_${randomBase62(40)}`;
}

/** The stored form of a secret, which has enough random bits to need neither a salt nor a slow hash. */
export function hashSecret(secret: string): Buffer {
  return Buffer.from(digestOf(secret), 'latin1');
}

/** The same with one character for each byte, which is much faster to compute. */
export function digestOf(secret: string): string {
  return hash('sha256', secret, 'latin1');
}

function randomBase62(length: number): string {
  return Array.from(
    { length },
    () => ALPHABET[randomInt(ALPHABET.length)],
  ).join('');
}

function checksum(text: string): string {
  let rest = crc32(text);
  let digits = '';
  for (let i = 0; i < CHECKSUM_LENGTH; i++) {
    digits = ALPHABET[rest % ALPHABET.length] + digits;
    rest = Math.floor(rest / ALPHABET.length);
  }
  return digits;
}
