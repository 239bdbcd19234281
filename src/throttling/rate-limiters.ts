import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Redis } from 'ioredis';
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
} from 'rate-limiter-flexible';
import { Env } from '../config/env';

/** Milliseconds that counting may take; the sender waits for it. */
const COMMAND_TIMEOUT = 100;
const CONNECT_TIMEOUT = 1_000;
/** Milliseconds: the longest pause before Redis is tried again. */
const RETRY = 2_000;

/**
 * Creates the counters of all rate limits. With REDIS_URL all instances share them through Redis; without it, and while
 * Redis does not respond, each instance counts separately.
 */
@Injectable()
export class RateLimiters implements OnApplicationShutdown {
  private readonly logger = new Logger(RateLimiters.name);
  private readonly redis?: Redis;

  constructor({ REDIS_URL }: Env) {
    if (REDIS_URL !== undefined) this.redis = this.connect(REDIS_URL);
  }

  /** Counts in fixed windows of `duration` seconds, which begin with the first point. `keyPrefix` separates the counters. */
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
    let warned = false;
    return new Redis(url, {
      commandTimeout: COMMAND_TIMEOUT,
      connectTimeout: CONNECT_TIMEOUT,
      // Queued commands could wait forever, and the sender with them.
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      retryStrategy: (times) => Math.min(times * 100, RETRY),
    })
      .on('ready', () => (warned = false))
      .on('error', ({ message }: Error) => {
        if (!warned)
          this.logger.warn(
            `Redis is unavailable, so this instance counts rate limits alone: ${message}`,
          );
        warned = true;
      });
  }
}
