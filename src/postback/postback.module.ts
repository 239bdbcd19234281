import {
  type MiddlewareConsumer,
  Module,
  type NestModule,
} from '@nestjs/common';
import { InstallsModule } from '../installs/installs.module';
import { ingestMethods } from './ingest-methods.middleware';
import { PostbackController } from './postback.controller';
import { PostbackService } from './postback.service';

@Module({
  imports: [InstallsModule],
  controllers: [PostbackController],
  providers: [PostbackService],
})
export class PostbackModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(ingestMethods).forRoutes('track/install/v1/*path');
  }
}
