import { writeFile } from 'node:fs/promises';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../app.module';
import { loadEnv } from '../config/env';
import { DOCUMENT_PATCHES } from '../document-patches';
import { run } from '../run';
import { createOpenApi } from '../openapi/openapi';

/** `npm run openapi`: writes the OpenAPI document to openapi.json. Needs no database: the modules are only scanned. */
run(async () => {
  const app = await NestFactory.create(
    AppModule.forRoot(loadEnv({}), 'postgresql://localhost/unused'),
    { preview: true, logger: false, abortOnError: false },
  );
  const document = createOpenApi(app, DOCUMENT_PATCHES);
  await writeFile('openapi.json', `${JSON.stringify(document, null, 2)}\n`);
  process.stdout.write('Wrote openapi.json.\n');
});
