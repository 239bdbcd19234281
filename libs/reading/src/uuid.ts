const UUID =
  /^(?:(?:[\da-f]{8}-[\da-f]{4}|[\da-f]{12})-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}|[\da-f]{32})$/i;

/** Reads `8-4-4-4-12`, `12-4-4-12` or 32 hex digits, any letter case and version, as lower-case `8-4-4-4-12`. */
export function readUuid(text: string): string | undefined {
  if (!UUID.test(text)) return undefined;
  return toUuid(text.replaceAll('-', '').toLowerCase());
}

/** The first 32 hex digits, as `8-4-4-4-12`: for example of a hash. */
export function toUuid(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}
