import { setTimeout as delay } from 'node:timers/promises';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { type Env, loadEnv } from './config/env';
import { run } from './commands/run';
import { createApp } from './create-app';
import { type Database, openDatabase } from './database/open-database';
import { FirstStartService } from './first-start/first-start.service';
import { greeting } from './first-start/greeting';
import { keepSecrets } from './first-start/keep-secrets';
import { listen } from './http/listen';

/** Milliseconds that requests on their way may take to finish when the process stops. */
const DRAIN = 4_000;
/** Milliseconds after which the process stops all the same. */
const STOP = 5_000;

run(async () => {
  const asked = askedToStop();
  const env = loadEnv();
  const database = await openDatabase(env);
  try {
    const app = await start(env, database);
    await asked;
    await stop(app);
  } finally {
    await database.close();
  }
  process.exit(0);
});

async function start(
  env: Env,
  { url, directory }: Database,
): Promise<NestExpressApplication> {
  const app = await createApp(env, url);
  const secrets = await app
    .get(FirstStartService)
    .ensure((made) => keepSecrets(made, directory));
  const address = await listen(app.getHttpServer(), env);
  process.stdout.write(greeting({ address, secrets, directory }));
  return app;
}

async function stop(app: NestExpressApplication): Promise<void> {
  const server = app.getHttpServer();
  void delay(DRAIN, undefined, { ref: false }).then(() =>
    server.closeAllConnections(),
  );
  // A database that hangs would keep its connections, and this process, for ever.
  await Promise.race([app.close(), delay(STOP)]);
}

/** Resolves at the first SIGINT or SIGTERM; npm passes on the ones that a terminal has sent already, so more may follow. */
function askedToStop(): Promise<void> {
  return new Promise((resolve) => {
    process.on('SIGINT', () => resolve()).on('SIGTERM', () => resolve());
  });
}
