import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { ThrottlerStorage } from '@nestjs/throttler';
import type { ApiKeyCaller } from '../access/caller';
import { ProblemException } from '../problems/problem.exception';
import { ApiKeyThrottlerGuard } from './api-key-throttler.guard';

const LIMIT = 5;
const TTL = 60_000;

/** Two routes. */
const install = () => undefined;
const list = () => undefined;

/** A guard whose storage counts each key by itself, and says that 8 s of the window are left. */
async function createGuard() {
  const hits = new Map<string, number>();
  const storage: ThrottlerStorage = {
    increment: async (key, _ttl, limit) => {
      const totalHits = (hits.get(key) ?? 0) + 1;
      hits.set(key, totalHits);
      return {
        totalHits,
        timeToExpire: 8,
        isBlocked: totalHits > limit,
        timeToBlockExpire: 8,
      };
    },
  };
  const guard = new ApiKeyThrottlerGuard(
    [{ limit: LIMIT, ttl: TTL }],
    storage,
    new Reflector(),
  );
  await guard.onModuleInit();
  const headers = new Map<string, unknown>();
  const call = (keyId?: string, route = install) => {
    const request = {
      apiKey: keyId === undefined ? undefined : ({ keyId } as ApiKeyCaller),
      headers: {},
    };
    const response = {
      header: (name: string, value: unknown) => headers.set(name, value),
    };
    return guard.canActivate({
      getHandler: () => route,
      getClass: () => Object,
      switchToHttp: () => ({
        getRequest: () => request,
        getResponse: () => response,
      }),
    } as unknown as ExecutionContext);
  };
  const exhaust = async (keyId: string) => {
    for (let i = 0; i < LIMIT; i++) await call(keyId);
  };
  return { call, exhaust, headers };
}

describe('ApiKeyThrottlerGuard', () => {
  it('lets as many requests of a key through as the limit says', async () => {
    const { call, exhaust } = await createGuard();
    await exhaust('a');
    await expect(call('a')).rejects.toBeInstanceOf(ProblemException);
  });

  it('says how many are left', async () => {
    const { call, headers } = await createGuard();
    await expect(call('a')).resolves.toBe(true);
    expect(Object.fromEntries(headers)).toEqual({
      'X-RateLimit-Limit': LIMIT,
      'X-RateLimit-Remaining': LIMIT - 1,
      'X-RateLimit-Reset': 8,
    });
  });

  it('says what the limit is, and when to come again', async () => {
    const { call, exhaust } = await createGuard();
    await exhaust('a');
    await expect(call('a')).rejects.toMatchObject({
      code: 'too_many_requests',
      detail:
        'The key may send 5 requests in 60 seconds. Send this one again in 8 seconds.',
      headers: {
        'X-RateLimit-Limit': '5',
        'X-RateLimit-Remaining': '0',
        'X-RateLimit-Reset': '8',
      },
    });
  });

  it('counts each key by itself', async () => {
    const { call, exhaust } = await createGuard();
    await exhaust('a');
    await expect(call('b')).resolves.toBe(true);
  });

  it('counts all routes that a key calls together', async () => {
    const { call, exhaust } = await createGuard();
    await exhaust('a');
    await expect(call('a', list)).rejects.toMatchObject({
      code: 'too_many_requests',
    });
  });

  it('does not count who came without a key', async () => {
    const { call, headers } = await createGuard();
    for (let i = 0; i <= LIMIT; i++) await call();
    expect(headers.size).toBe(0);
  });
});
