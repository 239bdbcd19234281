import {
  type MiddlewareConsumer,
  Module,
  type NestModule,
} from '@nestjs/common';
import cors from 'cors';
import { InstallsModule } from '../installs/installs.module';
import { requireIngestMethod } from './ingest-methods.middleware';
import { PostbackController } from './postback.controller';
import { PostbackService } from './postback.service';

@Module({
  imports: [InstallsModule],
  controllers: [PostbackController],
  providers: [PostbackService],
})
export class PostbackModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer
      .apply(
        // Web games call the endpoint from the browser.
        cors({
          origin: '*',
          methods: ['GET', 'POST'],
          allowedHeaders: ['Content-Type', 'X-Api-Key', 'Authorization'],
          exposedHeaders: ['X-Request-Id', 'Retry-After'],
          maxAge: 86_400,
        }),
        requireIngestMethod,
      )
      .forRoutes('track/install/v1/*path');
  }
}
