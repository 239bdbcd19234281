import { Module } from '@nestjs/common';
import { PostbackModule } from '../postback/postback.module';
import { ProjectsModule } from '../projects/projects.module';
import { RejectionsModule } from '../rejections/rejections.module';
import { ReplayLeaseStore } from './replay-lease.store';
import { ReplayRunner } from './replay-runner';
import { ReplayRetention } from './replay-retention';
import { ReplayStretch } from './replay-stretch';
import { ReplayRepository } from './replay.repository';
import { ReplayService } from './replay.service';
import { ReplayTurns } from './replay-turns';
import { ReplaysController } from './replays.controller';

@Module({
  imports: [PostbackModule, ProjectsModule, RejectionsModule],
  controllers: [ReplaysController],
  providers: [
    ReplayLeaseStore,
    ReplayRepository,
    ReplayRetention,
    ReplayRunner,
    ReplayService,
    ReplayStretch,
    ReplayTurns,
  ],
})
export class ReplaysModule {}
