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

  it.each(['', '{}', '"[]"', '1', 'null', '[1', '[1,]', '[] []', "['a']"])(
    'refuses %j',
    (text) => {
      expect(() => splitJsonArray(text)).toThrow(MalformedJsonError);
    },
  );

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
