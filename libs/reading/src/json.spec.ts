import * as fc from 'fast-check';
import {
  JsonObject,
  MalformedJsonError,
  TooDeepError,
  parseJsonObject,
  type JsonValue,
} from './json';

const DEEP = 30_000;

const members = (text: string, maxDepth = 8) =>
  parseJsonObject(text, maxDepth).members;

/** The same value as JSON.parse gives it, but for numbers, which stay text. */
function plain(value: JsonValue): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!(value instanceof JsonObject)) return value;
  return Object.fromEntries(
    value.members.map(([name, member]) => [name, plain(member)]),
  );
}

function numbersAsText(value: unknown): unknown {
  if (typeof value === 'number') return JSON.stringify(value);
  if (Array.isArray(value)) return value.map(numbersAsText);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      numbersAsText(member),
    ]),
  );
}

function failure(text: string, maxDepth = 8): unknown {
  try {
    parseJsonObject(text, maxDepth);
  } catch (error) {
    return error;
  }
  throw new Error('The text was accepted');
}

describe('parseJsonObject', () => {
  it.each([
    '',
    ' ',
    '\r\n\t ',
    '\uFEFF',
    '\uFEFF \n',
    '{}',
    ' { } ',
    '\uFEFF{}',
  ])('reads %j as the empty object', (text) => {
    expect(members(text)).toEqual([]);
  });

  it.each([
    ['{"a":"b"}', 'b'],
    ['\uFEFF{"a":"b"}', 'b'],
    [' {\n\t"a" \r: "b" } \n', 'b'],
    ['{"a":""}', ''],
    ['{"a":" , : } ] "}', ' , : } ] '],
    [String.raw`{"a":"\"\\\/\b\f\n\r\t"}`, '"\\/\b\f\n\r\t'],
    [String.raw`{"a":"\u00e9\uD83D\uDE00"}`, 'é😀'],
    [String.raw`{"a":"\ud800"}`, '\uD800'],
    [String.raw`{"a":"\\"}`, '\\'],
    ['{"a":"\uD800"}', '\uD800'],
    ['{"a":"\u2028\u007F"}', '\u2028\u007F'],
    ['{"a":true}', true],
    ['{"a":false}', false],
    ['{"a":null}', null],
    ['{"a":"null"}', 'null'],
    ['{"a":0}', '0'],
    ['{"a":-0}', '-0'],
    ['{"a": 1.50 }', '1.50'],
    ['{"a":1E+2}', '1E+2'],
    ['{"a":1e309}', '1e309'],
    ['{"a":12345678901234567890}', '12345678901234567890'],
    ['{"a":[]}', []],
    ['{"a":[1,"2", true ,null]}', ['1', '2', true, null]],
    ['{"a":[[1],[]]}', [['1'], []]],
    ['{"a":{}}', new JsonObject([])],
    ['{"a":{"b":1}}', new JsonObject([['b', '1']])],
  ])('reads the member of %s', (text, value) => {
    expect(members(text)).toEqual([['a', value]]);
  });

  it('keeps repeats and the order', () => {
    expect(members('{"b":1,"a":2,"b":3,"1":4}')).toEqual([
      ['b', '1'],
      ['a', '2'],
      ['b', '3'],
      ['1', '4'],
    ]);
  });

  it('takes the names of the prototype for names', () => {
    expect(members('{"__proto__":{"x":1},"constructor":2}')).toEqual([
      ['__proto__', new JsonObject([['x', '1']])],
      ['constructor', '2'],
    ]);
  });

  it('decodes the names too', () => {
    expect(members(String.raw`{"\u0061\"":1,"":2}`)).toEqual([
      ['a"', '1'],
      ['', '2'],
    ]);
  });

  it.each([
    'null',
    'true',
    '1',
    '"a"',
    '[]',
    '[{"a":1}]',
    '{',
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    '{"a":1}{"b":2}',
    '{"a":1}x',
    '{a:1}',
    "{'a':1}",
    '{"a":01}',
    '{"a":.5}',
    '{"a":+1}',
    '{"a":NaN}',
    '{"a":Infinity}',
    '{"a":0x10}',
    '{"a":"b',
    '{"a":"\n"}',
    '{"a":"\\x"}',
    '{"a":1 /* one */}',
    '{"a":tru}',
    '{"a":1\u00A0}',
    '{\uFEFF}',
    '\uFEFF\uFEFF{}',
    'a=1',
  ])('refuses %j', (text) => {
    expect(failure(text)).toBeInstanceOf(MalformedJsonError);
  });

  it.each([
    ['{"secret":1,}', 'Not valid JSON at character position 12'],
    ['{"secret":1} 2', 'Not valid JSON at character position 13'],
    ['{"secret":1', 'Not valid JSON at character position 11'],
    ['{"secret":', 'Not valid JSON: it ends too early'],
    ['{"secret":secret}', 'Not valid JSON'],
    ['secret in JSON at position 7', 'Not valid JSON'],
    ['"secret"', 'The JSON text is not an object'],
  ])('says where %j goes wrong and does not quote it', (text, message) => {
    expect(failure(text)).toMatchObject({ message });
  });

  it.each([
    ['{}', 1],
    ['{"a":[]}', 2],
    ['{"a":{}}', 2],
    ['{"a":[1,{"b":[]}],"c":[[]]}', 4],
  ])('counts %s as depth %d', (text, depth) => {
    expect(() => parseJsonObject(text, depth)).not.toThrow();
    expect(failure(text, depth - 1)).toBeInstanceOf(TooDeepError);
  });

  it('does not count brackets inside of text', () => {
    expect(members('{"a":"[[[[[[{{{{{{"}', 1)).toEqual([['a', '[[[[[[{{{{{{']]);
  });

  it.each([
    ['['.repeat(DEEP), MalformedJsonError],
    ['{"a":'.repeat(DEEP), MalformedJsonError],
    [`${'['.repeat(DEEP)}${']'.repeat(DEEP)}`, MalformedJsonError],
    [`{"a":${'['.repeat(DEEP)}${']'.repeat(DEEP)}}`, TooDeepError],
    [`${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}`, TooDeepError],
  ])('survives %.10s without end', (text, error) => {
    expect(failure(text)).toBeInstanceOf(error);
  });

  it.each([
    `{"a":"${'x'.repeat(100_000)}"}`,
    `{"a":"${String.raw`\"`.repeat(100_000)}"}`,
    `{"a":${'1'.repeat(100_000)}}`,
    `{"a":${' '.repeat(100_000)}1}`,
  ])('finishes on the long text %.10s', (text) => {
    expect(members(text)).toHaveLength(1);
  });

  it('agrees with JSON.parse but for numbers', () => {
    const values = fc.oneof(
      fc.jsonValue({ noUnicodeString: false }),
      fc
        .json({ noUnicodeString: false })
        .map((text): unknown => JSON.parse(text)),
    );
    fc.assert(
      fc.property(values, fc.constantFrom('', ' ', '\n\t'), (value, space) => {
        const text = JSON.stringify({ value, more: [value] }, null, space);
        expect(plain(parseJsonObject(text, 100))).toEqual(
          numbersAsText(JSON.parse(text)),
        );
      }),
    );
  });

  it('throws only its own errors', () => {
    const texts = fc.string({
      unit: fc.constantFrom(
        ...'{}[]:,"\\ut10-.e \n'.split(''),
        '"a"',
        '"a":',
        'null',
      ),
    });
    fc.assert(
      fc.property(
        fc.oneof(
          texts,
          texts.map((text) => `{"a":${text}}`),
          fc.string({ unit: 'binary' }),
        ),
        (text) => {
          let outcome: unknown;
          try {
            outcome = parseJsonObject(text, 3);
          } catch (error) {
            outcome = error;
          }
          expect([JsonObject, MalformedJsonError, TooDeepError]).toContain(
            outcome?.constructor,
          );
        },
      ),
    );
  });
});
