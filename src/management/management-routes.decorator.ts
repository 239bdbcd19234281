import { applyDecorators, Controller, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ReadJsonBody } from '../http/json-body';
import { ApiProblems } from '../openapi/answers.decorator';
import type { ProblemCode } from '../problems/problem-codes';
import { DatabaseGateInterceptor } from './database-gate.interceptor';

/**
 * A controller of the management API at `/v1/<path>`, in the OpenAPI document under `tag`. Each of its routes reads a JSON
 * body if it has one, takes its turn at the database, and documents the
 * problems that every such route may return, and `problems`, which all of this controller may return.
 *
 * Who may call a route stands at the route or its controller: `@ReadAccess()` or `@AdminAccess()`. The routes of one project
 * are declared with `@ProjectRoutes()`.
 */
export const ManagementRoutes = (
  path: string,
  tag: string,
  ...problems: ProblemCode[]
) =>
  applyDecorators(
    Controller(`v1/${path}`),
    ApiTags(tag),
    ApiProblems('invalid_key', 'scope_missing', ...problems),
    // In this order: a body that arrives slowly must not hold a turn.
    UseInterceptors(ReadJsonBody, DatabaseGateInterceptor),
  );
