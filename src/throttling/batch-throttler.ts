import { InjectThrottlerStorage } from '@nestjs/throttler';
import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { Env } from '../config/env';
import { ProblemException } from '../problems/problem.exception';
import { FlexibleThrottlerStorage } from './flexible-throttler.storage';

/** Counts a batch of n postbacks as n requests against the rate limit of its key. */
@Injectable()
export class BatchThrottler {
  constructor(
    @InjectThrottlerStorage()
    private readonly storage: FlexibleThrottlerStorage,
    private readonly env: Env,
  ) {}

  /**
   * Counts the postbacks of a batch; the guard has already counted the first one. If the others exceed the rest of the window,
   * counts none of them and throws `too_many_requests`. Throws `payload_too_large` if the batch exceeds a whole window.
   */
  async count(request: Request, postbacks: number): Promise<void> {
    const { keyId, rateLimit } = request.apiKey!;
    const limit = rateLimit ?? this.env.THROTTLE_LIMIT;
    const rate = `${limit} postbacks in ${this.env.THROTTLE_TTL} seconds`;
    if (postbacks > limit) {
      throw new ProblemException('payload_too_large', {
        detail: `The batch has ${postbacks} postbacks, and the key may send ${rate}. Send them in smaller batches.`,
      });
    }
    if (postbacks <= 1) return;
    const { totalHits, timeToExpire, isBlocked } =
      await this.storage.incrementIfFits(keyId, postbacks - 1, limit);
    const headers = {
      'X-RateLimit-Limit': String(limit),
      'X-RateLimit-Remaining': String(Math.max(0, limit - totalHits)),
      'X-RateLimit-Reset': String(timeToExpire),
    };
    if (isBlocked) {
      throw new ProblemException('too_many_requests', {
        detail: `The batch has ${postbacks} postbacks, which is more than the key has left of ${rate}. Send it again in ${timeToExpire} seconds, or fewer now.`,
        headers: { ...headers, 'Retry-After': String(timeToExpire) },
      });
    }
    request.res!.set(headers);
  }
}
