import { loadEnv } from '../config/env';
import { FlexibleThrottlerStorage } from './flexible-throttler.storage';
import { RateLimiters } from './rate-limiters';

const TTL = 10;

function newStorage(): FlexibleThrottlerStorage {
  const env = loadEnv({ THROTTLE_LIMIT: '5', THROTTLE_TTL: String(TTL) });
  return new FlexibleThrottlerStorage(env, new RateLimiters(env));
}

/** Counts a request of a key, as the guard does. */
function hit(storage: FlexibleThrottlerStorage, key: string, limit: number) {
  return storage.increment(key, TTL * 1000, limit);
}

async function hits(
  storage: FlexibleThrottlerStorage,
  times: number,
  key: string,
  limit: number,
) {
  const records = [];
  for (let i = 0; i < times; i++) records.push(await hit(storage, key, limit));
  return records;
}

describe('FlexibleThrottlerStorage', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('counts every request, those over the limit too', async () => {
    const records = await hits(newStorage(), 4, 'a', 2);
    expect(records.map(({ totalHits }) => totalHits)).toEqual([1, 2, 3, 4]);
  });

  it('lets as many through as the limit says, and blocks the next', async () => {
    const records = await hits(newStorage(), 4, 'a', 3);
    expect(records.map(({ isBlocked }) => isBlocked)).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });

  it.each([1, 50])(
    'goes by the limit of the call (%s), not by the default',
    async (limit) => {
      const records = await hits(newStorage(), limit + 1, 'a', limit);
      expect(records.filter(({ isBlocked }) => !isBlocked)).toHaveLength(limit);
      expect(records.at(-1)?.isBlocked).toBe(true);
    },
  );

  it('counts many hits at once where they fit', async () => {
    const storage = newStorage();
    await hit(storage, 'a', 5);
    expect(await storage.incrementIfFits('a', 4, 5)).toMatchObject({
      totalHits: 5,
      isBlocked: false,
    });
  });

  it('counts none of many hits where they do not fit', async () => {
    const storage = newStorage();
    await hit(storage, 'a', 5);
    expect(await storage.incrementIfFits('a', 5, 5)).toEqual({
      totalHits: 1,
      isBlocked: true,
      timeToExpire: TTL,
      timeToBlockExpire: TTL,
    });
    expect((await hit(storage, 'a', 5)).totalHits).toBe(2);
  });

  it('counts many hits in a window that has not begun', async () => {
    expect(await newStorage().incrementIfFits('a', 3, 5)).toMatchObject({
      totalHits: 3,
      isBlocked: false,
    });
  });

  it('never lets more through than the limit when many come at once', async () => {
    const storage = newStorage();
    const records = await Promise.all(
      Array.from({ length: 10 }, () => storage.incrementIfFits('a', 2, 5)),
    );
    const through = records.filter(({ isBlocked }) => !isBlocked);
    expect(through).toHaveLength(2);
  });

  it('counts each key by itself', async () => {
    const storage = newStorage();
    await hits(storage, 3, 'a', 1);
    expect(await hit(storage, 'b', 1)).toMatchObject({
      totalHits: 1,
      isBlocked: false,
    });
  });

  it('says in whole seconds when the window ends', async () => {
    const storage = newStorage();
    expect((await hit(storage, 'a', 1)).timeToExpire).toBe(TTL);
    await jest.advanceTimersByTimeAsync(2_500);
    expect(await hit(storage, 'a', 1)).toMatchObject({
      timeToExpire: 8,
      timeToBlockExpire: 8,
      isBlocked: true,
    });
  });

  it('never tells a blocked sender to wait no time', async () => {
    const storage = newStorage();
    await hit(storage, 'a', 1);
    await jest.advanceTimersByTimeAsync(TTL * 1000 - 1);
    const { timeToBlockExpire } = await hit(storage, 'a', 1);
    expect(timeToBlockExpire).toBeGreaterThanOrEqual(1);
  });

  it('starts anew after the window, and being blocked does not prolong it', async () => {
    const storage = newStorage();
    await hits(storage, 3, 'a', 1);
    await jest.advanceTimersByTimeAsync(TTL * 1000 - 100);
    expect((await hit(storage, 'a', 1)).isBlocked).toBe(true);
    await jest.advanceTimersByTimeAsync(200);
    expect(await hit(storage, 'a', 1)).toMatchObject({
      totalHits: 1,
      isBlocked: false,
    });
  });

  it('follows a limit that is changed within the window', async () => {
    const storage = newStorage();
    await hits(storage, 3, 'a', 2);
    expect((await hit(storage, 'a', 10)).isBlocked).toBe(false);
    expect((await hit(storage, 'a', 4)).isBlocked).toBe(true);
  });

  it('forgets a key when its window is over', async () => {
    const storage = newStorage();
    await Promise.all(
      Array.from({ length: 1_000 }, (_, i) => hit(storage, `key ${i}`, 1)),
    );
    await jest.advanceTimersByTimeAsync(TTL * 1000 + 1);
    expect(jest.getTimerCount()).toBe(0);
  });
});
