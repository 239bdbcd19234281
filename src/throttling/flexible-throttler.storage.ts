import { Injectable } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import type {
  RateLimiterAbstract,
  RateLimiterRes,
} from 'rate-limiter-flexible';
import { Env } from '../config/env';
import { RateLimiters } from './rate-limiters';

type ThrottlerRecord = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/**
 * A fixed window for each key, on `rate-limiter-flexible`: one counter, whatever the rate limit. The throttler's own
 * storage stores every hit of the window and walks through them on each request.
 */
@Injectable()
export class FlexibleThrottlerStorage implements ThrottlerStorage {
  private readonly limiter: RateLimiterAbstract;

  constructor({ THROTTLE_LIMIT, THROTTLE_TTL }: Env, limiters: RateLimiters) {
    this.limiter = limiters.create('key', THROTTLE_LIMIT, THROTTLE_TTL);
  }

  /** The limit depends on the key, so the counter only counts, and the limit is compared here. */
  async increment(
    key: string,
    _ttl: number,
    limit: number,
  ): Promise<ThrottlerRecord> {
    return toRecord(await this.limiter.penalty(key), limit);
  }

  /**
   * Counts all of the hits, or none if they exceed the limit. Between the check and the count others may count: then the counter
   * passes the limit and the rest of the window is lost, but never are more requests accepted than the limit.
   */
  async incrementIfFits(
    key: string,
    hits: number,
    limit: number,
  ): Promise<ThrottlerRecord> {
    const now = await this.limiter.get(key);
    if (now && now.consumedPoints + hits > limit) {
      return { ...toRecord(now, limit), isBlocked: true };
    }
    return toRecord(await this.limiter.penalty(key, hits), limit);
  }
}

function toRecord(
  { consumedPoints, msBeforeNext }: RateLimiterRes,
  limit: number,
): ThrottlerRecord {
  const seconds = Math.ceil(msBeforeNext / 1000);
  return {
    totalHits: consumedPoints,
    timeToExpire: seconds,
    isBlocked: consumedPoints > limit,
    timeToBlockExpire: seconds,
  };
}
