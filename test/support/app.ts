import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Client } from 'pg';
import { loadEnv } from '../../src/config/env';
import { createApp } from '../../src/create-app';
import { FirstStartService } from '../../src/first-start/first-start.service';
import { createDatabase } from './postgres';
import { TEMPLATE } from './template';

/** The service as it runs in production, on a database of its own. */
export interface TestApp {
  readonly app: NestExpressApplication;
  /** For supertest. */
  readonly server: Server;
  /** http://127.0.0.1:port */
  readonly origin: string;
  /** Of the first project, whose number is 1. */
  readonly apiKey: string;
  readonly adminToken: string;
  /** A plain connection, to look at what is really stored. */
  readonly db: Client;
  readonly databaseUrl: string;
  close(): Promise<void>;
}

/** Starts the service on a copy of the migrated template, or on a database that is there already. */
export async function startApp(
  variables: Record<string, string> = {},
  existingUrl?: string,
): Promise<TestApp> {
  const database = existingUrl
    ? { url: existingUrl, drop: () => Promise.resolve() }
    : await createDatabase(TEMPLATE);
  const app = await createApp(
    loadEnv({ LOG_LEVEL: 'silent', ...variables }),
    database.url,
  );
  const { apiKey = '', adminToken = '' } = await app
    .get(FirstStartService)
    .ensure(() => Promise.resolve());
  await app.listen(0, '127.0.0.1');
  const server = app.getHttpServer();
  const db = new Client({ connectionString: database.url });
  await db.connect();
  return {
    app,
    server,
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    apiKey,
    adminToken,
    db,
    databaseUrl: database.url,
    async close() {
      await app.close();
      await db.end();
      await database.drop();
    },
  };
}

/** The installs that are stored, oldest first. */
export async function storedInstalls(
  db: Client,
): Promise<Record<string, unknown>[]> {
  const { rows } = await db.query<Record<string, unknown>>(
    'select * from install order by install_id',
  );
  return rows;
}
