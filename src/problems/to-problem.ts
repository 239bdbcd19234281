import { HttpException } from '@nestjs/common';
import {
  ClosedError,
  DeadlineExceededError,
  QueueFullError,
} from '@app/batching';
import { MalformedJsonError, TooDeepError } from '@app/reading';
import { GateFullError } from '../database/database-gate';
import { isDatabaseUnavailable } from '../database/database-unavailable';
import { InvalidCursorError } from '../paging/invalid-cursor.error';
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

/** The problem to return for an error that a handler threw; `internal` for an unexpected one. */
export function toProblem(error: unknown): ProblemException {
  if (error instanceof ProblemException) return error;
  // Nest wraps the errors of body parsers.
  if (error instanceof HttpException && error.cause) {
    return toProblem(error.cause);
  }
  if (
    error instanceof QueueFullError ||
    error instanceof DeadlineExceededError
  ) {
    return new ProblemException('overloaded');
  }
  if (error instanceof GateFullError) {
    return new ProblemException('overloaded', {
      detail: `${error.message}. Send the request again after the seconds in Retry-After.`,
    });
  }
  if (error instanceof ClosedError)
    return new ProblemException('shutting_down');
  if (isDatabaseUnavailable(error)) {
    return new ProblemException('database_unavailable');
  }
  if (error instanceof InvalidCursorError) {
    const { message } = error;
    return new ProblemException('invalid_request', {
      errors: [{ field: 'cursor', code: 'invalid_value', message }],
    });
  }
  if (error instanceof TooDeepError) return new ProblemException('too_deep');
  if (error instanceof MalformedJsonError) {
    return new ProblemException('malformed_json', {
      detail: `${error.message}. Send one JSON object with the fields as members.`,
    });
  }
  return new ProblemException(CODE_OF_STATUS[statusOf(error)] ?? 'internal');
}

/** Nest's exceptions, and what Express and its body parsers throw, carry a status. */
function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const isExpress = error instanceof Error && 'status' in error;
  return isExpress ? Number(error.status) : 500;
}
