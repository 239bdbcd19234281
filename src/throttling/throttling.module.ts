import { type ExecutionContext, Module } from '@nestjs/common';
import { seconds, ThrottlerModule } from '@nestjs/throttler';
import type { Request } from 'express';
import { Env } from '../config/env';
import { BatchThrottler } from './batch-throttler';
import { FlexibleThrottlerStorage } from './flexible-throttler.storage';
import { RateLimiters } from './rate-limiters';
import { RateLimitersModule } from './rate-limiters.module';

@Module({
  imports: [
    ThrottlerModule.forRootAsync({
      imports: [RateLimitersModule],
      inject: [Env, RateLimiters],
      useFactory: (env: Env, limiters: RateLimiters) => ({
        throttlers: [
          {
            ttl: seconds(env.THROTTLE_TTL),
            limit: (context: ExecutionContext) =>
              context.switchToHttp().getRequest<Request>().apiKey?.rateLimit ??
              env.THROTTLE_LIMIT,
          },
        ],
        storage: new FlexibleThrottlerStorage(env, limiters),
      }),
    }),
  ],
  providers: [BatchThrottler],
  exports: [BatchThrottler, ThrottlerModule],
})
export class ThrottlingModule {}
