import { csvRows } from './csv-rows';
import { linesOf } from './lines';
import { RowRejectedError } from './row';

/** The values of each row by its line, or the code of its fault. */
async function read(...chunks: string[]): Promise<[number, unknown][]> {
  const source = async function* () {
    for (const chunk of chunks) yield Buffer.from(chunk);
  };
  const found: [number, unknown][] = [];
  for await (const rows of csvRows(linesOf(source()))) {
    for (const row of rows) {
      try {
        const sent = row.read().map(({ name, value }) => [name, value]);
        found.push([row.line, Object.fromEntries(sent)]);
      } catch (error) {
        found.push([row.line, (error as RowRejectedError).fault.code]);
      }
    }
  }
  return found;
}

const HEADER = 'a,b\n';

describe('csvRows', () => {
  it.each<[string, string, [number, unknown][]]>([
    [
      'cells',
      '1,2\n3,4',
      [
        [2, { a: '1', b: '2' }],
        [3, { a: '3', b: '4' }],
      ],
    ],
    ['an empty cell as not sent', '1,\n', [[2, { a: '1' }]]],
    ['no row in a blank line', '\n \n1,2\n', [[4, { a: '1', b: '2' }]]],
    ['a comma in quotes', '"1,1",2\n', [[2, { a: '1,1', b: '2' }]]],
    ['a quotation mark in quotes', '"1""",2\n', [[2, { a: '1"', b: '2' }]]],
    [
      'a quotation mark in a bare cell',
      '5" x,2\n',
      [[2, { a: '5" x', b: '2' }]],
    ],
    [
      'a cell that spans several lines',
      '"1\n\n1",2\n3,4\n',
      [
        [2, { a: '1\n\n1', b: '2' }],
        [5, { a: '3', b: '4' }],
      ],
    ],
    [
      'too many and too few cells as faults',
      '1\n1,2,3\n1,2\n',
      [
        [2, 'malformed_csv'],
        [3, 'malformed_csv'],
        [4, { a: '1', b: '2' }],
      ],
    ],
    [
      'a quotation mark that is never closed as a fault of its line only',
      '"1,2\n3,4\n5,6\n',
      [
        [2, 'malformed_csv'],
        [3, { a: '3', b: '4' }],
        [4, { a: '5', b: '6' }],
      ],
    ],
    [
      'an unclosed quotation mark that a later row seems to close',
      '"1,2\n3,4\n"5",6\n7,8\n',
      [
        [2, 'malformed_csv'],
        [3, { a: '3', b: '4' }],
        [4, { a: '5', b: '6' }],
        [5, { a: '7', b: '8' }],
      ],
    ],
    [
      'text after a closing quotation mark as a fault',
      '"1"x,2\n3,4\n',
      [
        [2, 'malformed_csv'],
        [3, { a: '3', b: '4' }],
      ],
    ],
    [
      'spaces after a closing quotation mark',
      '"1" ,"2"\n"3"\t,4\n',
      [
        [2, { a: '1', b: '2' }],
        [3, { a: '3', b: '4' }],
      ],
    ],
    [
      'a quoted cell that ends with an empty one',
      '"1\n""",\n3,4\n',
      [
        [2, { a: '1\n"' }],
        [4, { a: '3', b: '4' }],
      ],
    ],
    [
      'an unclosed quotation mark in each of several lines',
      'x","1\nx","1\n3,4\n',
      [
        [2, 'malformed_csv'],
        [3, 'malformed_csv'],
        [4, { a: '3', b: '4' }],
      ],
    ],
  ])('reads %s', async (_, text, expected) => {
    expect(await read(HEADER + text)).toEqual(expected);
  });

  it('reads the same rows for any size of chunks', async () => {
    const text = `${HEADER}"1\n""1",2\r\n"3,4\n5,6\n`;
    const whole = await read(text);
    for (let at = 0; at <= text.length; at++) {
      expect(await read(text.slice(0, at), text.slice(at))).toEqual(whole);
    }
    expect(await read(...text.split(''))).toEqual(whole);
  });

  it('limits the search for the end of a quoted cell', async () => {
    const rows = await read(
      HEADER,
      '"1,2\n',
      ...Array<string>(20).fill('3,4\n'.repeat(1_000)),
    );
    expect(rows).toHaveLength(20_001);
    expect(rows[0]).toEqual([2, 'malformed_csv']);
    expect(rows.at(-1)).toEqual([20_002, { a: '3', b: '4' }]);
  });

  it('reads many short lines in one chunk', async () => {
    const text = `${HEADER}${'\n'.repeat(500_000)}1,2`;
    expect(await read(text)).toEqual([[500_002, { a: '1', b: '2' }]]);
  });

  it('trims the names of columns', async () => {
    expect(await read(' a , b\n1,2')).toEqual([[2, { a: '1', b: '2' }]]);
  });

  it.each([
    ['', /empty/],
    ['a;b;c\n1;2;3\n', /commas/],
    ['"a,b\n1,2\n', /names of the columns/],
  ])('requires the names of columns: %j', async (text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });
});
