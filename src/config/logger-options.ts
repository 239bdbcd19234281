import type { IncomingMessage } from 'node:http';
import type { Params } from 'nestjs-pino';
import type { Env } from './env';

/** The shapes of our own paths. A key may stand anywhere in another one, so that is not told. */
const OUR_PATHS =
  /^\/(track\/install\/v1\/[a-z]{1,20}(\/(validate|batch))?|health\/[a-z]{1,5}|openapi\.json|docs(\/problems)?|v1\/bad-keys|v1\/projects(\/\d{1,10}(\/stats|\/rejections\/(summary|replay)|\/(keys|installs|rejections|replays)(\/[0-9a-f-]{36}(\/(replay|cancel))?)?)?)?)\/?$/;

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
          path: pathOf(url ?? ''),
        }),
        res: ({ statusCode }: { statusCode: number }) => ({ statusCode }),
      },
    },
  };
}

function pathOf(url: string): string {
  const [path] = url.split('?');
  return OUR_PATHS.test(path) ? path : '(other)';
}
