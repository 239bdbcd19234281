import { normalizeIp } from '@nestjs/throttler';
import { Injectable } from '@nestjs/common';
import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import { Env } from '../config/env';
import { ProblemException } from '../problems/problem.exception';
import { BadKeyCounter } from '../stats/bad-key-counter';
import { RateLimiters } from '../throttling/rate-limiters';

/** Counts bad keys for each address; good keys from the same address are never counted nor refused. */
@Injectable()
export class BadKeyLimiter {
  private readonly limiter: RateLimiterAbstract;

  constructor(
    { BAD_KEY_LIMIT, THROTTLE_TTL }: Env,
    limiters: RateLimiters,
    private readonly counts: BadKeyCounter,
  ) {
    this.limiter = limiters.create('bad key', BAD_KEY_LIMIT, THROTTLE_TTL);
  }

  /** Throws `too_many_requests` once the address has sent too many. */
  async count(address: string): Promise<void> {
    // One sender owns a whole IPv6 network: it counts as one address.
    const network = normalizeIp(address, 64);
    this.counts.add(network);
    const { consumedPoints, msBeforeNext } =
      await this.limiter.penalty(network);
    if (consumedPoints > this.limiter.points) {
      throw new ProblemException('too_many_requests', {
        detail: 'Too many bad keys came from this address. Check the key.',
        headers: { 'Retry-After': String(Math.ceil(msBeforeNext / 1000)) },
      });
    }
  }
}
