import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Logger } from 'nestjs-pino';
import { AppModule } from './app.module';
import type { Env } from './config/env';
import { configureApp } from './configure-app';
import { HttpAdapter } from './http/http-adapter';
import { serveDocuments } from './openapi/serve-documents';

/** The whole service, ready to listen, on a database that is migrated. */
export async function createApp(
  env: Env,
  databaseUrl: string,
): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(
    AppModule.forRoot(env, databaseUrl),
    new HttpAdapter(),
    { abortOnError: false, bodyParser: false, logger: ['error', 'warn'] },
  );
  configureApp(app);
  await serveDocuments(app);
  await app.init();
  // Only now: what Nest tells of its modules and routes would bury what a person wants to read.
  app.useLogger(app.get(Logger));
  return app;
}
