import { loadEnv } from '../config/env';
import { ProblemException } from '../problems/problem.exception';
import { RateLimiters } from '../throttling/rate-limiters';
import type { BadKeyCounter } from '../stats/bad-key-counter';
import { BadKeyLimiter } from './bad-key-limiter';

const LIMIT = 3;
const TTL = 10;

const counted = jest.fn();

function newLimiter(): BadKeyLimiter {
  const env = loadEnv({
    BAD_KEY_LIMIT: String(LIMIT),
    THROTTLE_TTL: String(TTL),
  });
  return new BadKeyLimiter(env, new RateLimiters(env), {
    add: counted,
  } as unknown as BadKeyCounter);
}

/** Counts a bad key; answers what the sender is refused with, if it is. */
function countBadKey(
  limiter: BadKeyLimiter,
  address: string,
): Promise<ProblemException | undefined> {
  return limiter.count(address).then(
    () => undefined,
    (error: ProblemException) => error,
  );
}

async function exhaust(limiter: BadKeyLimiter, address: string): Promise<void> {
  for (let i = 0; i < LIMIT; i++) {
    expect(await countBadKey(limiter, address)).toBeUndefined();
  }
}

describe('BadKeyLimiter', () => {
  beforeEach(() => {
    jest.useFakeTimers();
    counted.mockClear();
  });
  afterEach(() => jest.useRealTimers());

  it('counts each request, by the network of an IPv6 address', async () => {
    const limiter = newLimiter();
    await countBadKey(limiter, '203.0.113.7');
    await countBadKey(limiter, '2001:db8::1');
    expect(counted.mock.calls).toEqual([['203.0.113.7'], ['2001:db8::/64']]);
  });

  it('refuses the address once it has sent too many, and says for how long', async () => {
    const limiter = newLimiter();
    await exhaust(limiter, '203.0.113.7');
    await jest.advanceTimersByTimeAsync(2_500);

    const refusal = await countBadKey(limiter, '203.0.113.7');
    expect(refusal).toBeInstanceOf(ProblemException);
    expect(refusal).toMatchObject({
      code: 'too_many_requests',
      status: 429,
      detail: 'Too many bad keys came from this address. Check the key.',
      headers: { 'Retry-After': '8' },
    });
  });

  it('takes up counting anew after the window', async () => {
    const limiter = newLimiter();
    await exhaust(limiter, '203.0.113.7');
    await jest.advanceTimersByTimeAsync(TTL * 1000 + 1);
    expect(await countBadKey(limiter, '203.0.113.7')).toBeUndefined();
  });

  it.each([
    ['203.0.113.7', '203.0.113.8'],
    ['2001:db8:0:1::1', '2001:db8:0:2::1'],
    ['2001:db8::1', '203.0.113.7'],
  ])('counts %s and %s apart', async (one, other) => {
    const limiter = newLimiter();
    await exhaust(limiter, one);
    expect(await countBadKey(limiter, other)).toBeUndefined();
  });

  it.each([
    ['2001:db8:0:1::1', '2001:db8:0:1:ffff:ffff:ffff:ffff'],
    ['2001:db8::1', '2001:DB8:0:0::2'],
    ['203.0.113.7', '::ffff:203.0.113.7'],
  ])('counts %s and %s as one sender', async (one, other) => {
    const limiter = newLimiter();
    await exhaust(limiter, one);
    expect(await countBadKey(limiter, other)).toBeInstanceOf(ProblemException);
  });

  it.each(['', 'unknown', '<script>', '203.0.113.7:4711'])(
    'counts what is no address too: %j',
    async (address) => {
      const limiter = newLimiter();
      await exhaust(limiter, address);
      expect(await countBadKey(limiter, address)).toBeInstanceOf(
        ProblemException,
      );
    },
  );
});
