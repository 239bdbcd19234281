import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import type { Request } from 'express';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { DatabaseGate } from '../database/database-gate';

/** The owner of requests that concern no single project. */
const NO_PROJECT = 'administrator';

/**
 * Lets the requests of the management API take turns at the database. Their owner is the project in the path, whoever the caller
 * is. Bound to routes, not global: an interceptor would cost every postback a few per cent of its time.
 */
@Injectable()
export class DatabaseGateInterceptor implements NestInterceptor {
  constructor(private readonly gate: DatabaseGate) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { params } = context.switchToHttp().getRequest<Request>();
    const owner = String(params.project_id ?? NO_PROJECT);
    return from(this.gate.run(owner, () => lastValueFrom(next.handle())));
  }
}
