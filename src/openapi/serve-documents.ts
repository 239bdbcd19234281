import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Application } from 'express';
import { StaticAsset } from '../http/static-asset';
import { createOpenApi, type DocumentPatch } from './openapi';
import { prepareSwaggerUi } from './swagger-ui';

/** The documents depend only on the code, so all applications of a process share them. */
let prepared: Promise<[string, StaticAsset][]> | undefined;

/** Serves Swagger UI at /docs and the document at /openapi.json. Prepares both now, so that no request waits for it. */
export async function serveDocuments(
  app: NestExpressApplication,
  patches: readonly DocumentPatch[],
): Promise<void> {
  prepared ??= prepare(app, patches);
  const express = app.getHttpAdapter().getInstance() as Application;
  for (const [path, asset] of await prepared) {
    express.get(path, (request, response) => asset.send(request, response));
  }
}

async function prepare(
  app: NestExpressApplication,
  patches: readonly DocumentPatch[],
): Promise<[string, StaticAsset][]> {
  const swaggerUi = prepareSwaggerUi();
  const document = JSON.stringify(createOpenApi(app, patches));
  return [
    [
      '/openapi.json',
      await StaticAsset.prepare(document, 'application/json; charset=utf-8'),
    ],
    ...(await swaggerUi),
  ];
}
