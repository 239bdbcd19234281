import { Module } from '@nestjs/common';
import { ProjectsModule } from '../projects/projects.module';
import { BadKeyCounter } from './bad-key-counter';
import { BadKeyRetention } from './bad-key-retention';
import { BadKeysController } from './bad-keys.controller';
import { PostbackCounter } from './postback-counter';
import { StatsController } from './stats.controller';
import { StatsService } from './stats.service';

@Module({
  imports: [ProjectsModule],
  controllers: [StatsController, BadKeysController],
  providers: [BadKeyCounter, BadKeyRetention, PostbackCounter, StatsService],
  exports: [BadKeyCounter, PostbackCounter],
})
export class StatsModule {}
