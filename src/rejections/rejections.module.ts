import { Module } from '@nestjs/common';
import { ProjectsModule } from '../projects/projects.module';
import { StatsModule } from '../stats/stats.module';
import { RejectionEviction } from './rejection-eviction';
import { RejectionLog } from './rejection-log';
import { RejectionRetention } from './rejection-retention';
import { RejectionSummary } from './rejection-summary';
import { RejectionRepository } from './rejection.repository';
import { RejectionsController } from './rejections.controller';

@Module({
  imports: [ProjectsModule, StatsModule],
  controllers: [RejectionsController],
  providers: [
    RejectionEviction,
    RejectionLog,
    RejectionRepository,
    RejectionRetention,
    RejectionSummary,
  ],
  exports: [RejectionLog, RejectionRepository],
})
export class RejectionsModule {}
