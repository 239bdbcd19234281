import { HttpException } from '@nestjs/common';
import { isDatabaseUnavailable } from './database-unavailable';
import { ProblemException } from './problem.exception';
import type { ProblemCode } from './problem-codes';

const CODE_OF_STATUS: Record<number, ProblemCode> = {
  400: 'invalid_request',
  404: 'not_found',
  405: 'method_not_allowed',
  413: 'payload_too_large',
  414: 'uri_too_long',
  415: 'unsupported_media_type',
  429: 'too_many_requests',
  503: 'shutting_down',
};

/** Says any error that left a handler in the vocabulary of the contract; what nobody expected is `internal`. */
export function toProblem(error: unknown): ProblemException {
  if (error instanceof ProblemException) return error;
  if (isDatabaseUnavailable(error)) {
    return new ProblemException('database_unavailable');
  }
  if (isBodyError(error) && error.type === 'entity.parse.failed') {
    return new ProblemException('malformed_json');
  }
  const status =
    error instanceof HttpException
      ? error.getStatus()
      : isBodyError(error) && error.expose
        ? error.status
        : 500;
  return new ProblemException(CODE_OF_STATUS[status] ?? 'internal');
}

/** What Express and its body parsers throw. */
interface BodyError extends Error {
  readonly status: number;
  readonly expose: boolean;
  readonly type?: string;
}

function isBodyError(error: unknown): error is BodyError {
  return error instanceof Error && 'status' in error && 'expose' in error;
}
