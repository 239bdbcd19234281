import { Tally } from './tally';

type Counts = readonly { name: string; count: number }[];

describe('Tally', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  const written = jest.fn<Promise<unknown>, [Counts]>();
  beforeEach(() => written.mockReset().mockResolvedValue(undefined));

  it('adds up, and writes each second what there is', async () => {
    const tally = new Tally<{ name: string }>(written);
    tally.add({ name: 'a' });
    tally.add({ name: 'b' }, 3);
    tally.add({ name: 'a' });
    expect(tally.size).toBe(2);
    await jest.advanceTimersByTimeAsync(1_000);
    await jest.advanceTimersByTimeAsync(5_000);
    expect(written.mock.calls).toEqual([
      [
        [
          { name: 'a', count: 2 },
          { name: 'b', count: 3 },
        ],
      ],
    ]);
    expect(tally.size).toBe(0);
    await tally.stop();
  });

  it('keeps what could not be written, with what came since', async () => {
    const tally = new Tally<{ name: string }>(written);
    written.mockImplementationOnce(() => {
      tally.add({ name: 'a' });
      return Promise.reject(new Error('away'));
    });
    tally.add({ name: 'a' });
    await tally.flush();
    await tally.flush();
    expect(written).toHaveBeenLastCalledWith([{ name: 'a', count: 2 }]);
    await tally.stop();
  });

  it('writes the last of it when it is stopped, and nothing after it', async () => {
    const tally = new Tally<{ name: string }>(written);
    tally.add({ name: 'a' });
    await tally.stop();
    expect(written).toHaveBeenCalledTimes(1);
    tally.add({ name: 'a' });
    await jest.advanceTimersByTimeAsync(5_000);
    expect(written).toHaveBeenCalledTimes(1);
  });
});
