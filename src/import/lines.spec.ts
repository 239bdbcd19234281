import { type Line, linesOf, requireReadable } from './lines';

const MAX = 32 * 1024;

async function linesIn(...chunks: (string | Buffer)[]): Promise<Line[]> {
  const lines: Line[] = [];
  const source = async function* () {
    for (const chunk of chunks) yield Buffer.from(chunk);
  };
  for await (const some of linesOf(source())) lines.push(...some);
  return lines;
}

const textsOf = (lines: readonly Line[]) => lines.map(({ text }) => text);

describe('linesOf', () => {
  const text = 'größe\r\n\n\u2028 is no end\nlast';
  const bytes = Buffer.from(text);

  it.each(Array.from(bytes.keys()))(
    'finds the same lines when the chunks meet at byte %i',
    async (at) => {
      const lines = await linesIn(bytes.subarray(0, at), bytes.subarray(at));
      expect(textsOf(lines)).toEqual(['größe', '', '\u2028 is no end', 'last']);
      expect(lines.map(({ number }) => number)).toEqual([1, 2, 3, 4]);
      expect(lines.every(({ isUtf8 }) => isUtf8)).toBe(true);
    },
  );

  it('returns no line after the last line feed', async () => {
    expect(textsOf(await linesIn('a\n', 'b\n'))).toEqual(['a', 'b']);
  });

  it('removes a byte order mark', async () => {
    expect(textsOf(await linesIn('\uFEFFa\n\uFEFFb'))).toEqual([
      'a',
      '\uFEFFb',
    ]);
  });

  it('keeps only the beginning of a very long line', async () => {
    const chunk = 'x'.repeat(MAX);
    const [line, next] = await linesIn(
      ...Array<string>(50).fill(chunk),
      '\nnext',
    );
    expect(line.size).toBeGreaterThan(MAX);
    expect(line.size).toBeLessThanOrEqual(3 * MAX);
    expect(next).toMatchObject({ number: 2, text: 'next' });
  });
});

describe('requireReadable', () => {
  it.each([
    ['payload_too_large', 'x'.repeat(MAX + 1)],
    ['payload_too_large', 'ü'.repeat(MAX / 2 + 1)],
    ['invalid_encoding', Buffer.from([0x4d, 0xfc, 0x6c])],
  ])('rejects with %s', async (code, bytes) => {
    const [line] = await linesIn(bytes);
    expect(() => requireReadable(line)).toThrow(
      expect.objectContaining({ fault: expect.objectContaining({ code }) }),
    );
  });

  it('accepts a line of 32 KiB', async () => {
    const [line] = await linesIn('x'.repeat(MAX));
    expect(() => requireReadable(line)).not.toThrow();
  });
});
