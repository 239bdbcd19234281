import { Module } from '@nestjs/common';
import { ProjectsModule } from '../projects/projects.module';
import { StatsModule } from '../stats/stats.module';
import { RejectionLog } from './rejection-log';
import { RejectionRetention } from './rejection-retention';
import { RejectionRepository } from './rejection.repository';
import { RejectionsController } from './rejections.controller';

@Module({
  imports: [ProjectsModule, StatsModule],
  controllers: [RejectionsController],
  providers: [RejectionLog, RejectionRepository, RejectionRetention],
  exports: [RejectionLog, RejectionRepository],
})
export class RejectionsModule {}
