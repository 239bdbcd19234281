import type { NestExpressApplication } from '@nestjs/platform-express';
import type { RequestHandler } from 'express';
import helmet from 'helmet';
import { Env } from './config/env';
import { DatabaseClock } from './database/database-clock';
import { Drain } from './http/drain';
import { EventLoopLag } from './http/event-loop-lag';
import { arrival } from './http/arrival.middleware';
import { isForTrackers } from './http/ingest-path';
import { requestTarget } from './http/request-target';

/** Everything of the HTTP layer that is not a module's; the same for production and tests. */
export function configureApp(app: NestExpressApplication): void {
  const env = app.get(Env);
  // Each costs time on every request, and none is of use to a tracker.
  app.disable('etag');
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  // Only these may say by X-Forwarded-For whom they speak for.
  app.set('trust proxy', [...env.TRUSTED_PROXIES]);

  app.use(
    arrival(app.get(DatabaseClock), app.get(Drain), app.get(EventLoopLag)),
  );
  app.use(requestTarget);
  app.use(
    exceptForTrackers(
      helmet({
        contentSecurityPolicy: {
          useDefaults: false,
          directives: {
            defaultSrc: ["'none'"],
            scriptSrc: ["'self'"],
            // Swagger UI sets styles from its script.
            styleSrc: ["'self'", "'unsafe-inline'"],
            imgSrc: ["'self'", 'data:'],
            connectSrc: ["'self'"],
            baseUri: ["'none'"],
            formAction: ["'none'"],
            frameAncestors: ["'none'"],
          },
        },
        // TLS ends at the proxy in front, which knows whether plain HTTP is served too.
        strictTransportSecurity: false,
      }),
    ),
  );
}

/** The headers tell a browser what a page may do; a tracker's answer is no page. */
function exceptForTrackers(middleware: RequestHandler): RequestHandler {
  return (request, response, next) => {
    if (isForTrackers(request.url)) next();
    else middleware(request, response, next);
  };
}
