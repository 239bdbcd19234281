import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import type { Request } from 'express';
import { type Observable, throwError, timeout } from 'rxjs';
import { ProblemException } from '../problems/problem.exception';

/** Milliseconds after arrival. Some trackers give up after 2 s and never repeat. */
const DEADLINE = 1_900;

/** Answers 503 `overloaded` when a postback cannot be answered in time; a repeat tells whether it was stored. */
@Injectable()
export class DeadlineInterceptor implements NestInterceptor {
  intercept(
    context: ExecutionContext,
    next: CallHandler<unknown>,
  ): Observable<unknown> {
    const { receivedAt } = context.switchToHttp().getRequest<Request>();
    return next.handle().pipe(
      timeout({
        first: new Date(receivedAt.getTime() + DEADLINE),
        with: () => throwError(() => new ProblemException('overloaded')),
      }),
    );
  }
}
