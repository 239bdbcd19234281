import {
  type MiddlewareConsumer,
  Module,
  type NestModule,
} from '@nestjs/common';
import { INGEST_ROOT } from '../http/ingest-path';
import { InstallsModule } from '../installs/installs.module';
import { ProblemsModule } from '../problems/problems.module';
import { RejectionsModule } from '../rejections/rejections.module';
import { StatsModule } from '../stats/stats.module';
import { ThrottlingModule } from '../throttling/throttling.module';
import { RejectedPostbackFilter } from './refused/rejected-postback.filter';
import { RejectionRecorder } from './refused/rejection-recorder';
import { ingestMethods } from './request/ingest-methods.middleware';
import { BatchService } from './batch.service';
import { DryRunService } from './dry-run.service';
import { POSTBACK_SOURCES } from './pipeline/postback-source';
import { createPostbackController } from './postback.controller';
import { PostbackService } from './postback.service';
import { UnknownTrackerController } from './unknown-tracker.controller';

@Module({
  imports: [
    InstallsModule,
    ProblemsModule,
    RejectionsModule,
    StatsModule,
    ThrottlingModule,
  ],
  controllers: [
    ...POSTBACK_SOURCES.map(createPostbackController),
    // Last, because it handles all other names.
    UnknownTrackerController,
  ],
  providers: [
    BatchService,
    DryRunService,
    RejectedPostbackFilter,
    RejectionRecorder,
    PostbackService,
  ],
  exports: [PostbackService],
})
export class PostbackModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(ingestMethods).forRoutes(`${INGEST_ROOT}/*path`);
  }
}
