import { setTimeout as delay } from 'node:timers/promises';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Logger } from 'nestjs-pino';
import { type Env, loadEnv } from './config/env';
import { run } from './run';
import { createApp } from './create-app';
import { type Database, openDatabase } from './database/open-database';
import { FirstStartService } from './first-start/first-start.service';
import { startupBanner } from './first-start/startup-banner';
import { saveCredentials } from './first-start/save-credentials';
import { Drain } from './http/drain';
import { closeGently } from './http/close-gently';
import { listen } from './http/listen';
import { causeOf } from './database/cause-of';
import { migrationOptions } from './orm-options';

/** Milliseconds that running requests have to finish when the process stops. */
const DRAIN = 2_500;
/** Milliseconds that everything else has to close after that. */
const CLOSE = 1_000;

type Reason = 'SIGINT' | 'SIGTERM' | 'crash';

run(async () => {
  const signalled = stopSignal();
  const env = loadEnv();
  const database = await openDatabase(env, migrationOptions);
  let reason: Reason;
  try {
    const app = await start(env, database);
    reason = await Promise.race([signalled, crashed(app)]);
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
    const credentials = await app
      .get(FirstStartService)
      .ensure((created) => saveCredentials(created, directory));
    const address = await listen(app.getHttpServer(), env);
    process.stdout.write(startupBanner({ address, credentials, directory }));
    return app;
  } catch (error) {
    // Before the database closes.
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

/** Closes the service. A database that hangs must not keep the process alive, so the wait is limited. */
async function close(app: NestExpressApplication): Promise<void> {
  await Promise.race([app.close(), delay(CLOSE)]);
}

/** Resolves at the first SIGINT or SIGTERM. More may follow: npm forwards signals that the terminal has already sent to the whole group. */
function stopSignal(): Promise<Reason> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => resolve(signal));
    }
  });
}

/** Resolves at an uncaught error. The state of the process is unknown then, so it has to stop. */
function crashed(app: NestExpressApplication): Promise<Reason> {
  const logger = app.get(Logger);
  return new Promise((resolve) => {
    // Unhandled rejections arrive here, too.
    process.on('uncaughtException', (error) => {
      logger.fatal({ msg: 'Uncaught; the process stops', ...causeOf(error) });
      resolve('crash');
    });
  });
}
