export const TIMES = [
  '0000-12-31T23:59:59Z',
  '0001-01-01T00:00:00Z',
  '0001-01-01T00:00:00+23:59',
  '0001-01-01T00:00:00-23:59',
  '1969-12-31T23:59:59.999Z',
  '1970-01-01T00:00:00Z',
  '1970-01-01T00:30:00Z',
  '0000000000',
  '9999999999',
  '0000000000000',
  '9999999999999',
  '9999-12-31T22:59:59.999Z',
  '9999-12-31T23:00:00.001Z',
  '9999-12-31T23:59:59Z',
  '9999-12-31T23:59:59.999Z',
  '9999-12-31T23:59:59.999+23:59',
  '9999-12-31T23:59:59.999-23:59',
  '10000-01-01T00:00:00Z',
  '+010000-01-01T00:00:00.000Z',
  '+275760-09-13T00:00:00.000Z',
  '-000001-01-01T00:00:00Z',
  'infinity',
];

/** The first and the last moments that are read, and those that a zone or an hour more would make of them. */
export const ENDS = [
  '0001-01-01T00:00:00Z',
  '1969-12-31T23:59:59.999Z',
  '1970-01-01T00:00:00Z',
  '9999-12-31T22:59:59.999Z',
  '9999-12-31T23:00:00.001Z',
  '9999-12-31T23:59:59.999Z',
];

export const NUMBERS = [
  '-1',
  '0',
  '1',
  '1.5',
  '1e2',
  '1e400',
  '-0',
  '0x10',
  '2147483647',
  '2147483648',
  '9007199254740993',
  '9223372036854775808',
  '1'.repeat(400),
  'NaN',
  'Infinity',
];

export const TEXTS = [
  '',
  ' ',
  'null',
  'true',
  '{}',
  '[]',
  '%',
  '\\',
  '"',
  "'; --",
  '../..',
  '\0',
  'a\0b',
  '\u{1F600}',
  '\uFFFD',
  '__proto__',
  'a'.repeat(4_000),
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
];

const VALUES = [...TIMES, ...NUMBERS, ...TEXTS];

/** Percent-encoded, as it stands in a URL. */
export const WRITTEN = [
  ...VALUES.map(encodeURIComponent),
  // Half a surrogate, no UTF-8, no encoding.
  '%ED%A0%80',
  '%FF',
  '%zz',
];

/** Members as JSON: JavaScript cannot write all of these. */
export const JSON_VALUES = [
  ...VALUES.map((value) => JSON.stringify(value)),
  ...NUMBERS.filter((text) => /^-?\d+(\.\d+)?(e\d+)?$/.test(text)),
  'null',
  'true',
  '[]',
  '{}',
  '[null]',
  '[[]]',
  '[{}]',
  '["a", "a"]',
  '{"length":1}',
  '{"a":null}',
  '{"toString":1}',
  '{"__proto__":null}',
  '{"constructor":{"prototype":1}}',
  '"\\ud800"',
  '"\\u0000"',
];

/** The body with one member changed. */
export function withMember(
  base: Record<string, unknown>,
  [name, ...rest]: readonly string[],
  json: string,
): string {
  const inner = (base[name] ?? {}) as Record<string, unknown>;
  const value = rest.length > 0 ? withMember(inner, rest, json) : json;
  const others = Object.entries(base).filter(([other]) => other !== name);
  return `{${[
    ...others.map(([key, each]) => `"${key}":${JSON.stringify(each)}`),
    `${JSON.stringify(name)}:${value}`,
  ].join(',')}}`;
}

export const INHERITED = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  '__defineGetter__',
];
