import { type DynamicModule, Global, Module } from '@nestjs/common';
import { APP_GUARD, Reflector } from '@nestjs/core';
import { LoggerModule } from 'nestjs-pino';
import { AuthModule } from './auth/auth.module';
import { ApiKeyGuard } from './auth/api-key.guard';
import { Env } from './config/env';
import { loggerOptions } from './config/logger-options';
import { DatabaseModule } from './database/database.module';
import { FirstStartService } from './first-start/first-start.service';
import { HealthModule } from './health/health.module';
import { MemoReflector } from './access/memo-reflector';
import { InstallsModule } from './installs/installs.module';
import { postbackOptions, sharedOptions } from './orm-options';
import { PostbackModule } from './postback/postback.module';
import { ProblemsModule } from './problems/problems.module';
import { ProjectsModule } from './projects/projects.module';
import { ApiKeyThrottlerGuard } from './throttling/api-key-throttler.guard';
import { RejectionsModule } from './rejections/rejections.module';
import { ReplaysModule } from './replays/replays.module';
import { StatsModule } from './stats/stats.module';
import { ThrottlingModule } from './throttling/throttling.module';
import { TrackersModule } from './trackers/trackers.module';

@Global()
@Module({})
class EnvModule {
  static forRoot(env: Env): DynamicModule {
    return {
      module: EnvModule,
      providers: [{ provide: Env, useValue: env }],
      exports: [Env],
    };
  }
}

@Module({})
export class AppModule {
  /** The complete service on the database at `databaseUrl`, which must be migrated. */
  static forRoot(env: Env, databaseUrl: string): DynamicModule {
    return {
      module: AppModule,
      imports: [
        EnvModule.forRoot(env),
        LoggerModule.forRoot(loggerOptions(env)),
        DatabaseModule.forRoot(databaseUrl, env.DATABASE_POOL_SIZE, {
          postbacks: postbackOptions,
          shared: sharedOptions,
        }),
        // First, because Express tries routes in order.
        PostbackModule,
        ProblemsModule,
        AuthModule,
        ThrottlingModule,
        ProjectsModule,
        InstallsModule,
        RejectionsModule,
        ReplaysModule,
        StatsModule,
        TrackersModule,
        HealthModule,
      ],
      providers: [
        FirstStartService,
        // For the guards.
        { provide: Reflector, useClass: MemoReflector },
        // They run in this order: rate limits apply to keys.
        { provide: APP_GUARD, useClass: ApiKeyGuard },
        { provide: APP_GUARD, useClass: ApiKeyThrottlerGuard },
      ],
    };
  }
}
