import { Module } from '@nestjs/common';
import { RateLimiters } from './rate-limiters';

@Module({ providers: [RateLimiters], exports: [RateLimiters] })
export class RateLimitersModule {}
