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
 * A fixed window for each key on `rate-limiter-flexible`: one counter, whatever the rate. The
 * throttler's own storage keeps every hit of the window and walks them all on each request.
 */
@Injectable()
export class FlexibleThrottlerStorage implements ThrottlerStorage {
  private readonly limiter: RateLimiterAbstract;

  constructor({ THROTTLE_LIMIT, THROTTLE_TTL }: Env, limiters: RateLimiters) {
    this.limiter = limiters.create('key', THROTTLE_LIMIT, THROTTLE_TTL);
  }

  /** The limit differs from key to key, so the counter only counts and the limit is judged here. */
  async increment(
    key: string,
    _ttl: number,
    limit: number,
  ): Promise<ThrottlerRecord> {
    return toRecord(await this.limiter.penalty(key), limit);
  }

  /**
   * Counts so many further hits, or none where they do not fit the limit. Others may count between the look and the count:
   * then too many are counted, and all that is left of the window is lost; never are more let through than the limit.
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
