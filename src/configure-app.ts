import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import helmet from 'helmet';
import { Env } from './config/env';
import { Drain } from './health/drain';
import { jsonBody } from './http/json-body';
import { arrival } from './http/arrival.middleware';
import { serveOpenApi } from './openapi/openapi';
import { ProblemException } from './problems/problem.exception';

/** Everything of the HTTP layer that is not a module's; the same for production and tests. */
export function configureApp(app: NestExpressApplication): void {
  const env = app.get(Env);
  // Each costs time on every request, and none is of use to a tracker.
  app.disable('etag');
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  // Only these may say by X-Forwarded-For whom they speak for.
  app.set('trust proxy', [...env.TRUSTED_PROXIES]);

  app.use(arrival);
  app.use(refuseWhileDraining(app.get(Drain)));
  app.use(
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
      // Web games call the ingest endpoint from other origins.
      crossOriginResourcePolicy: { policy: 'cross-origin' },
    }),
  );
  // The ingest endpoint reads its body itself, after the key.
  app.use('/v1', jsonBody);
  serveOpenApi(app);
}

function refuseWhileDraining(drain: Drain) {
  return (request: Request, response: Response, next: NextFunction): void => {
    if (drain.active && request.path !== '/health/live') {
      response.setHeader('Connection', 'close');
      throw new ProblemException('shutting_down');
    }
    next();
  };
}
