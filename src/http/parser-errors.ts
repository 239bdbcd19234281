import { randomUUIDv7 } from 'node:crypto';
import { type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ProblemCode } from '../problems/problem-codes';
import { ProblemException } from '../problems/problem.exception';
import { PROBLEM_TYPE, problemBody } from '../problems/problem-body';

const DETAILS: Partial<Record<ProblemCode, string>> = {
  invalid_encoding:
    'The URL contains a character outside ASCII: percent-encode every value, as UTF-8.',
};

/** Returns requests that Node's HTTP parser rejects as problems, like all other errors. */
export function answerParserErrors(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (!socket.writable || error.code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    const code: ProblemCode =
      error.code === 'HPE_HEADER_OVERFLOW'
        ? 'headers_too_large'
        : error.code === 'HPE_INVALID_URL'
          ? 'invalid_encoding'
          : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
            ? 'request_timeout'
            : 'malformed_request';
    const problem = new ProblemException(code, { detail: DETAILS[code] });
    const requestId = randomUUIDv7();
    const body = JSON.stringify(problemBody(problem, requestId));
    socket.end(
      [
        `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
        `Content-Type: ${PROBLEM_TYPE}; charset=utf-8`,
        `Content-Length: ${Buffer.byteLength(body)}`,
        `X-Request-Id: ${requestId}`,
        'Cache-Control: no-store',
        'Connection: close',
        '',
        body,
      ].join('\r\n'),
    );
  });
}
