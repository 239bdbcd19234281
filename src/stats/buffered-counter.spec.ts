import { BufferedCounter } from './buffered-counter';

type Counts = readonly { name: string; count: number }[];

describe('BufferedCounter', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  const written = jest.fn<Promise<unknown>, [Counts]>();
  beforeEach(() => written.mockReset().mockResolvedValue(undefined));

  it('adds up, and writes once a second', async () => {
    const counter = new BufferedCounter<{ name: string }>(written);
    counter.add({ name: 'a' });
    counter.add({ name: 'b' }, 3);
    counter.add({ name: 'a' });
    expect(counter.size).toBe(2);
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
    expect(counter.size).toBe(0);
    await counter.stop();
  });

  it('writes again what could not be written, with what was added since', async () => {
    const counter = new BufferedCounter<{ name: string }>(written);
    written.mockImplementationOnce(() => {
      counter.add({ name: 'a' });
      return Promise.reject(new Error('away'));
    });
    counter.add({ name: 'a' });
    await counter.flush();
    await counter.flush();
    expect(written).toHaveBeenLastCalledWith([{ name: 'a', count: 2 }]);
    await counter.stop();
  });

  it('writes a last time when it is stopped', async () => {
    const counter = new BufferedCounter<{ name: string }>(written);
    counter.add({ name: 'a' });
    await counter.stop();
    expect(written).toHaveBeenCalledTimes(1);
    counter.add({ name: 'a' });
    await jest.advanceTimersByTimeAsync(5_000);
    expect(written).toHaveBeenCalledTimes(1);
  });
});
