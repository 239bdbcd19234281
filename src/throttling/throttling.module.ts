import { type ExecutionContext, Module } from '@nestjs/common';
import { seconds, ThrottlerModule } from '@nestjs/throttler';
import type { Request } from 'express';
import { Env } from '../config/env';
import { FlexibleThrottlerStorage } from './flexible-throttler.storage';

@Module({
  imports: [
    ThrottlerModule.forRootAsync({
      inject: [Env],
      useFactory: (env: Env) => ({
        throttlers: [
          {
            ttl: seconds(env.THROTTLE_TTL),
            limit: (context: ExecutionContext) =>
              context.switchToHttp().getRequest<Request>().apiKey?.rateLimit ??
              env.THROTTLE_LIMIT,
          },
        ],
        storage: new FlexibleThrottlerStorage(env),
      }),
    }),
  ],
  exports: [ThrottlerModule],
})
export class ThrottlingModule {}
