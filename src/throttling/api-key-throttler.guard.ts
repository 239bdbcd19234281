import { type ExecutionContext, Injectable } from '@nestjs/common';
import { ThrottlerGuard, type ThrottlerLimitDetail } from '@nestjs/throttler';
import type { Request } from 'express';
import { ProblemException } from '../problems/problem.exception';

/** Limits the requests of each key; runs after the key guard. Requests without a key (administrator, public routes) are not limited. */
@Injectable()
export class ApiKeyThrottlerGuard extends ThrottlerGuard {
  protected override shouldSkip(context: ExecutionContext): Promise<boolean> {
    const { apiKey } = context.switchToHttp().getRequest<Request>();
    return Promise.resolve(apiKey === undefined);
  }

  protected override getTracker(request: Request): Promise<string> {
    return Promise.resolve(request.apiKey!.keyId);
  }

  /** All routes share one counter for each key. */
  protected override generateKey(
    _context: ExecutionContext,
    tracker: string,
  ): string {
    return tracker;
  }

  protected override throwThrottlingException(
    _context: ExecutionContext,
    { limit, ttl, timeToExpire }: ThrottlerLimitDetail,
  ): Promise<void> {
    return Promise.reject(
      new ProblemException('too_many_requests', {
        detail: `The key may send ${limit} requests in ${ttl / 1000} seconds. Send this one again in ${timeToExpire} seconds.`,
        headers: {
          [`${this.headerPrefix}-Limit`]: String(limit),
          [`${this.headerPrefix}-Remaining`]: '0',
          [`${this.headerPrefix}-Reset`]: String(timeToExpire),
        },
      }),
    );
  }
}
