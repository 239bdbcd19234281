import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  Logger,
} from '@nestjs/common';
import type { Response } from 'express';
import { causeOf } from '../database/cause-of';
import { PROBLEM_TYPE, problemBody } from './problem-body';
import type { ProblemException } from './problem.exception';
import { toProblem } from './to-problem';

/** Milliseconds. */
const WARN_EVERY = 1_000;

/** Returns every error as problem+json (RFC 9457). */
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
    // The sender has disconnected or has received its response.
    if (response.headersSent || response.destroyed) return;
    response
      .status(problem.status)
      .set(problem.headers)
      .type(PROBLEM_TYPE)
      .send(JSON.stringify(problemBody(problem, requestId)));
  }

  /** Logs every internal error, and at most one line a second during an outage or overload. */
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
