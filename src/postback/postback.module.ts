import {
  type MiddlewareConsumer,
  Module,
  type NestModule,
} from '@nestjs/common';
import { InstallsModule } from '../installs/installs.module';
import { ingestMethods } from './ingest-methods.middleware';
import { PostbackController } from './postback.controller';
import { PostbackService } from './postback.service';
import { createTrackerController } from './tracker.controller';
import { TRACKERS_WITH_MESSAGE } from './tracker-with-message';
import { UnknownTrackerController } from './unknown-tracker.controller';

@Module({
  imports: [InstallsModule],
  controllers: [
    PostbackController,
    ...TRACKERS_WITH_MESSAGE.map(createTrackerController),
    // Last: it takes every other name.
    UnknownTrackerController,
  ],
  providers: [PostbackService],
})
export class PostbackModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(ingestMethods).forRoutes('track/install/v1/*path');
  }
}
