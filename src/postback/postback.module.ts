import {
  type MiddlewareConsumer,
  Module,
  type NestModule,
} from '@nestjs/common';
import { InstallsModule } from '../installs/installs.module';
import { ingestMethods } from './ingest-methods.middleware';
import { BatchService } from './batch.service';
import { DryRunService } from './dry-run.service';
import { POSTBACK_SOURCES } from './postback-source';
import { createPostbackController } from './postback.controller';
import { PostbackService } from './postback.service';
import { UnknownTrackerController } from './unknown-tracker.controller';

@Module({
  imports: [InstallsModule],
  controllers: [
    ...POSTBACK_SOURCES.map(createPostbackController),
    // Last: it takes every other name.
    UnknownTrackerController,
  ],
  providers: [BatchService, DryRunService, PostbackService],
})
export class PostbackModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(ingestMethods).forRoutes('track/install/v1/*path');
  }
}
