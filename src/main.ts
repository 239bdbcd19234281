import { setTimeout as delay } from 'node:timers/promises';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Logger } from 'nestjs-pino';
import { type Env, loadEnv } from './config/env';
import { run } from './run';
import { createApp } from './create-app';
import { type Database, openDatabase } from './database/open-database';
import { FirstStartService } from './first-start/first-start.service';
import { greeting } from './first-start/greeting';
import { keepSecrets } from './first-start/keep-secrets';
import { Drain } from './http/drain';
import { closeGently } from './http/close-gently';
import { listen } from './http/listen';
import { causeOf } from './database/cause-of';
import { migrationOptions } from './orm-options';

/** Milliseconds that requests on their way may take to finish when the process stops. */
const DRAIN = 2_500;
/** Milliseconds that the rest may take then. */
const CLOSE = 1_000;

type Reason = 'SIGINT' | 'SIGTERM' | 'crash';

run(async () => {
  const asked = askedToStop();
  const env = loadEnv();
  const database = await openDatabase(env, migrationOptions);
  let reason: Reason;
  try {
    const app = await start(env, database);
    reason = await Promise.race([asked, crashed(app)]);
    await stop(app, reason === 'SIGTERM' ? env.SHUTDOWN_GRACE : 0);
  } finally {
    await database.close();
  }
  process.exit(reason === 'crash' ? 1 : 0);
});

async function start(
  env: Env,
  { url, directory }: Database,
): Promise<NestExpressApplication> {
  const app = await createApp(env, url);
  try {
    const secrets = await app
      .get(FirstStartService)
      .ensure((made) => keepSecrets(made, directory));
    const address = await listen(app.getHttpServer(), env);
    process.stdout.write(greeting({ address, secrets, directory }));
    return app;
  } catch (error) {
    // Before its database ends.
    await close(app);
    throw error;
  }
}

/** `grace`: seconds. */
async function stop(app: NestExpressApplication, grace: number): Promise<void> {
  const drain = app.get(Drain);
  drain.announced = true;
  await delay(grace * 1_000);
  const { deaf, closed } = closeGently(app.getHttpServer(), DRAIN);
  drain.deaf = deaf;
  drain.active = true;
  await closed;
  await close(app);
}

/** A database that hangs would keep its connections, and this process, for ever. */
async function close(app: NestExpressApplication): Promise<void> {
  await Promise.race([app.close(), delay(CLOSE)]);
}

/** Resolves at the first SIGINT or SIGTERM; npm passes on the ones that a terminal has sent already, so more may follow. */
function askedToStop(): Promise<Reason> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => resolve(signal));
    }
  });
}

/** Resolves when an error has come by all who should have handled it: nobody knows what state it has left behind. */
function crashed(app: NestExpressApplication): Promise<Reason> {
  const logger = app.get(Logger);
  return new Promise((resolve) => {
    // A promise that nobody handles ends up here as well.
    process.on('uncaughtException', (error) => {
      logger.fatal({ msg: 'Uncaught; the process stops', ...causeOf(error) });
      resolve('crash');
    });
  });
}
