import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  Logger,
} from '@nestjs/common';
import type { Response } from 'express';
import { causeOf } from './cause-of';
import { PROBLEMS } from './problem-codes';
import type { ProblemDto } from './problem.dto';
import type { FieldFault, ProblemException } from './problem.exception';
import { toProblem } from './to-problem';

/** Milliseconds. */
const WARN_EVERY = 1_000;

export const PROBLEM_TYPE = 'application/problem+json';

/** Answers every error as problem+json (RFC 9457); the one place that does. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);
  private warnedAt = -Infinity;

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const { id } = http.getRequest<{ id: string }>();
    this.answer(error, id, http.getResponse());
  }

  answer(error: unknown, requestId: string, response: Response): void {
    const problem = toProblem(error);
    this.log(problem, requestId, error);
    // The sender has gone, or has had its answer: nobody is left to be told.
    if (response.headersSent || response.destroyed) return;
    response
      .status(problem.status)
      .set(problem.headers)
      .type(PROBLEM_TYPE)
      .send(JSON.stringify(problemBody(problem, requestId)));
  }

  /** Every bug of ours; of an outage one line a second, however many requests it hits. */
  private log(
    { code, status }: ProblemException,
    request_id: string,
    error: unknown,
  ): void {
    const entry = { problem: code, request_id, ...causeOf(error) };
    if (status === 500) {
      this.logger.error(entry);
    } else if (
      (code === 'database_unavailable' || code === 'overloaded') &&
      performance.now() - this.warnedAt >= WARN_EVERY
    ) {
      this.warnedAt = performance.now();
      this.logger.warn(entry);
    }
  }
}

/** Every fault of a request; one of the request as a whole is a fault of no field. */
export function faultsOf({
  code,
  detail,
  errors,
}: ProblemException): FieldFault[] {
  return errors ? [...errors] : [{ field: 'request', code, message: detail }];
}

export function problemBody(
  problem: ProblemException,
  requestId: string,
): ProblemDto {
  const { code, status, detail } = problem;
  const errors = status === 400 ? faultsOf(problem) : undefined;
  return {
    type: `/docs/problems/${code}`,
    title: PROBLEMS[code].title,
    status,
    detail,
    code,
    request_id: requestId,
    ...(errors && { errors }),
    ...problem.more,
  };
}
