import type { IncomingMessage } from 'node:http';
import type { Params } from 'nestjs-pino';
import type { Env } from './env';

/** One JSON line for an event. Of a request only what cannot hold a key or a person's identifier: no query, no header, no body. */
export function loggerOptions(env: Env): Params {
  const logsRequests = env.LOG_LEVEL === 'debug' || env.LOG_LEVEL === 'trace';
  return {
    // Requests are told of only when somebody listens: even preparing to costs throughput.
    ...(!logsRequests && { forRoutes: [] }),
    pinoHttp: {
      level: env.LOG_LEVEL,
      genReqId: ({ id }) => id,
      customLogLevel: () => 'debug',
      serializers: {
        req: ({ id, method, url }: IncomingMessage) => ({
          id,
          method,
          path: url?.split('?')[0],
        }),
        res: ({ statusCode }: { statusCode: number }) => ({ statusCode }),
      },
    },
  };
}
