import { Module } from '@nestjs/common';
import { ProjectsModule } from '../projects/projects.module';
import { BadKeyCounts } from './bad-key-counts';
import { BadKeysController } from './bad-keys.controller';
import { SideCounts } from './side-counts';
import { StatsController } from './stats.controller';
import { StatsService } from './stats.service';

@Module({
  imports: [ProjectsModule],
  controllers: [StatsController, BadKeysController],
  providers: [BadKeyCounts, SideCounts, StatsService],
  exports: [BadKeyCounts, SideCounts],
})
export class StatsModule {}
