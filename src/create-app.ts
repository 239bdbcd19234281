import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Logger } from 'nestjs-pino';
import { AppModule } from './app.module';
import type { Env } from './config/env';
import { configureApp } from './configure-app';
import { DOCUMENT_PATCHES } from './document-patches';
import { HttpAdapter } from './http/http-adapter';
import { maxConnections } from './http/max-connections';
import { serveDocuments } from './openapi/serve-documents';

/** The complete service, ready to listen. The database must be migrated. */
export async function createApp(
  env: Env,
  databaseUrl: string,
): Promise<NestExpressApplication> {
  const connections = maxConnections(env);
  const app = await NestFactory.create<NestExpressApplication>(
    AppModule.forRoot(env, databaseUrl),
    new HttpAdapter(connections),
    { abortOnError: false, bodyParser: false, logger: ['error', 'warn'] },
  );
  configureApp(app);
  await serveDocuments(app, DOCUMENT_PATCHES);
  await app.init();
  // Only now, so that Nest's log of modules and routes does not bury the banner.
  const logger = app.get(Logger);
  app.useLogger(logger);
  if (connections < env.MAX_CONNECTIONS) {
    logger.warn(
      `At most ${connections} connections, not MAX_CONNECTIONS: the process may open no more files (ulimit -n)`,
    );
  }
  return app;
}
