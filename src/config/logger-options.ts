import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Request } from 'express';
import type { Params } from 'nestjs-pino';
import type { Env } from './env';

/** Logged for a request that matches no route: its path may contain a key. */
const UNMATCHED = '(other)';

/**
 * One JSON line for each event. Of a request it has only what cannot contain a key, or an identifier of a person: the
 * method, the template of the route and the status; no path, query, header, body or address.
 */
export function loggerOptions(env: Env): Params {
  const logsRequests = env.LOG_LEVEL === 'debug' || env.LOG_LEVEL === 'trace';
  return {
    // Even a request line that is not written costs throughput.
    ...(!logsRequests && { forRoutes: [] }),
    pinoHttp: {
      level: env.LOG_LEVEL,
      genReqId: ({ id }) => id,
      customLogLevel: () => 'debug',
      serializers: {
        req: ({ id, method }: IncomingMessage) => ({ id, method }),
        res: ({ statusCode }: { statusCode: number }) => ({ statusCode }),
      },
      // Only at the end: the route is not known when the request arrives.
      customSuccessObject: withRoute,
      customErrorObject: (request, response, _, line: object) =>
        withRoute(request, response, line),
    },
  };
}

function withRoute(
  request: IncomingMessage,
  _: ServerResponse,
  line: object,
): object {
  return { route: routeOf(request as Request), ...line };
}

/** The template of the matched route, such as `/v1/projects/:project_id`. */
function routeOf({ route }: Request): string {
  const path: unknown = (route as { path?: unknown } | undefined)?.path;
  // Middleware is mounted at wildcards, and no handler is.
  return typeof path === 'string' && !path.includes('*') ? path : UNMATCHED;
}
