import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Redis } from 'ioredis';
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
} from 'rate-limiter-flexible';
import { Env } from '../config/env';

/** Milliseconds that a count may take; a sender waits for it. */
const COMMAND_TIMEOUT = 100;
const CONNECT_TIMEOUT = 1_000;
/** Longest pause before Redis is tried again. */
const RETRY = 2_000;

/**
 * Makes the counters behind all rates: shared by all instances through Redis where REDIS_URL is
 * set, else, and while Redis does not answer, of this instance alone.
 */
@Injectable()
export class RateLimiters implements OnApplicationShutdown {
  private readonly logger = new Logger(RateLimiters.name);
  private readonly redis?: Redis;

  constructor({ REDIS_URL }: Env) {
    if (REDIS_URL !== undefined) this.redis = this.connect(REDIS_URL);
  }

  /** Counts in fixed windows of `duration` seconds, of which one begins with the first point. `keyPrefix` tells its keys from others'. */
  create(
    keyPrefix: string,
    points: number,
    duration: number,
  ): RateLimiterAbstract {
    const options = { keyPrefix, points, duration };
    const local = new RateLimiterMemory(options);
    return this.redis
      ? new RateLimiterRedis({
          ...options,
          storeClient: this.redis,
          insuranceLimiter: local,
          rejectIfRedisNotReady: true,
        })
      : local;
  }

  onApplicationShutdown(): void {
    this.redis?.disconnect();
  }

  private connect(url: string): Redis {
    let told = false;
    return new Redis(url, {
      commandTimeout: COMMAND_TIMEOUT,
      connectTimeout: CONNECT_TIMEOUT,
      // What waits for Redis would wait for ever, and with it the sender.
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      retryStrategy: (times) => Math.min(times * 100, RETRY),
    })
      .on('ready', () => (told = false))
      .on('error', ({ message }: Error) => {
        if (!told) this.logger.warn(`Rates are counted here only: ${message}`);
        told = true;
      });
  }
}
