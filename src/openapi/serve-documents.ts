import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Application } from 'express';
import { StaticAsset } from '../http/static-asset';
import { createOpenApi } from './openapi';
import { prepareSwaggerUi } from './swagger-ui';

/** They follow from the code alone, so all applications of a process share them. */
let prepared: Promise<[string, StaticAsset][]> | undefined;

/** Swagger UI at /docs, the document at /openapi.json. Both are prepared here, so that no request has to wait for that. */
export async function serveDocuments(
  app: NestExpressApplication,
): Promise<void> {
  prepared ??= prepare(app);
  const express = app.getHttpAdapter().getInstance() as Application;
  for (const [path, asset] of await prepared) {
    express.get(path, (request, response) => asset.send(request, response));
  }
}

async function prepare(
  app: NestExpressApplication,
): Promise<[string, StaticAsset][]> {
  const swaggerUi = prepareSwaggerUi();
  const document = JSON.stringify(createOpenApi(app));
  return [
    [
      '/openapi.json',
      await StaticAsset.prepare(document, 'application/json; charset=utf-8'),
    ],
    ...(await swaggerUi),
  ];
}
