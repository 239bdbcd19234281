const UNIX_SECONDS = /^(\d{10})(?:\.(\d{1,20}))?$/;
const UNIX_MILLISECONDS = /^\d{13}$/;
const DATE_TIME =
  /^((?!0000)\d{4}-\d\d-(\d\d))[T ]((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.(\d{1,6}))?(?:Z|([+ -])([01]\d|2[0-3]):?([0-5]\d))?$/;

const FIRST_INSTANT = Date.parse('0001-01-01T00:00:00.000Z');
const LAST_INSTANT = Date.parse('9999-12-31T23:59:59.999Z');
const MINUTE = 60_000;

/**
 * Reads `YYYY-MM-DD hh:mm:ss[.f to .ffffff]` (or with a `T`) in UTC or with `Z`, `±hh:mm`, `±hhmm`
 * or a space for the plus; Unix seconds (10 digits, fraction allowed) or milliseconds (13 digits).
 * Truncated to the millisecond; real dates of the years 0001 to 9999.
 */
export function readTime(text: string): Date | undefined {
  const time = readUnixTime(text) ?? readDateTime(text);
  return time === undefined ? undefined : new Date(time);
}

function readUnixTime(text: string): number | undefined {
  if (UNIX_MILLISECONDS.test(text)) return Number(text);
  const match = UNIX_SECONDS.exec(text);
  if (!match) return undefined;
  const [, seconds, fraction] = match;
  return Number(seconds + milliseconds(fraction));
}

function readDateTime(text: string): number | undefined {
  const match = DATE_TIME.exec(text);
  if (!match) return undefined;
  const [, date, day, clock, fraction, sign, hours, minutes] = match;
  const local = Date.parse(`${date}T${clock}.${milliseconds(fraction)}Z`);
  // NaN for month 13. A 30 February becomes a day in March.
  if (new Date(local).getUTCDate() !== Number(day)) return undefined;
  const offset = sign ? (Number(hours) * 60 + Number(minutes)) * MINUTE : 0;
  const time = sign === '-' ? local + offset : local - offset;
  return time >= FIRST_INSTANT && time <= LAST_INSTANT ? time : undefined;
}

function milliseconds(fraction = ''): string {
  return fraction.slice(0, 3).padEnd(3, '0');
}
