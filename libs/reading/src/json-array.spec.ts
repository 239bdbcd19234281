import * as fc from 'fast-check';
import { splitJsonArray } from './json-array';
import { MalformedJsonError } from './json';

describe('splitJsonArray', () => {
  it.each([
    ['[]', []],
    [' [ ] ', []],
    ['\uFEFF[1]', ['1']],
    ['[ 12345678901234567890 , 1.50 ]', ['12345678901234567890', '1.50']],
    ['[{"a":[1,2]},{"b":{"c":","}}]', ['{"a":[1,2]}', '{"b":{"c":","}}']],
    ['["[", "]\\",\\\\", "{}"]', ['"["', '"]\\",\\\\"', '"{}"']],
    ['[[],[[]],{}]', ['[]', '[[]]', '{}']],
    ['[\n{"a":1},\n{"a":2}\n]', ['{"a":1}', '{"a":2}']],
  ])('splits %s', (text, items) => {
    expect(splitJsonArray(text)).toEqual(items);
  });

  it.each([
    '',
    '{}',
    '"[]"',
    '1',
    'null',
    '[1',
    '[1}',
    '[{]}',
    '["a',
    '["\\"]',
    '[1,]',
    '[,]',
    '[,1]',
    '[1,,2]',
    '[] []',
    '[1]]',
    '\u00a0[]',
  ])('refuses %j', (text) => {
    expect(() => splitJsonArray(text)).toThrow(MalformedJsonError);
  });

  it('stops behind so many items, whatever follows', () => {
    expect(splitJsonArray('[1,2,3]', 3)).toEqual(['1', '2', '3']);
    expect(splitJsonArray('[1,2,3,4]', 3)).toHaveLength(4);
    expect(splitJsonArray('[1,2,3,4,5,}', 3)).toHaveLength(4);
  });

  it('refuses what is not valid, or gives an item that is not', () => {
    const characters = fc.constantFrom(...Array.from('[]{}",:\\ 1a'));
    fc.assert(
      fc.property(fc.string({ unit: characters, maxLength: 12 }), (inner) => {
        expect(isValidAsSplit(`[${inner}]`)).toBe(isValid(`[${inner}]`));
      }),
      { numRuns: 20_000 },
    );
  });

  it('loses nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.nat(3), (items, space) => {
        const text = JSON.stringify(items, null, space);
        expect(splitJsonArray(text).map((each) => JSON.parse(each))).toEqual(
          JSON.parse(text),
        );
      }),
    );
  });

  it('takes linear time', () => {
    const deep = `${'['.repeat(5_000)}${']'.repeat(5_000)}`;
    expect(splitJsonArray(deep)).toHaveLength(1);
    const long = `["${'\\"'.repeat(200_000)}"]`;
    expect(splitJsonArray(long)).toHaveLength(1);
  });
});

function isValid(json: string): boolean {
  try {
    JSON.parse(json);
    return true;
  } catch {
    return false;
  }
}

function isValidAsSplit(json: string): boolean {
  try {
    return splitJsonArray(json).every(isValid);
  } catch (error) {
    if (error instanceof MalformedJsonError) return false;
    throw error;
  }
}
