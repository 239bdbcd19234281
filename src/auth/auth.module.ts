import { Module } from '@nestjs/common';
import { AdminTokenService } from './admin-token.service';
import { ApiKeyChanges } from './api-key-changes';
import { ApiKeyLoader } from './api-key-loader';
import { ApiKeyRepository } from './api-key.repository';
import { ApiKeyService } from './api-key.service';
import { ApiKeysController } from './api-keys.controller';
import { BadKeyLimiter } from './bad-key-limiter';
import { ProjectsModule } from '../projects/projects.module';
import { RateLimitersModule } from '../throttling/rate-limiters.module';
import { StatsModule } from '../stats/stats.module';

@Module({
  imports: [ProjectsModule, RateLimitersModule, StatsModule],
  controllers: [ApiKeysController],
  providers: [
    AdminTokenService,
    ApiKeyChanges,
    ApiKeyLoader,
    ApiKeyRepository,
    ApiKeyService,
    BadKeyLimiter,
  ],
  exports: [AdminTokenService, ApiKeyRepository, ApiKeyService, BadKeyLimiter],
})
export class AuthModule {}
