import { applyDecorators, Controller, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ReadJsonBody } from '../http/json-body';
import { ApiProblems } from '../openapi/answers.decorator';
import type { ProblemCode } from '../problems/problem-codes';
import { DatabaseGateInterceptor } from './database-gate.interceptor';

/**
 * Declares a controller of the management API at `/v1/<path>`, with `tag` in the OpenAPI document. Its routes read a JSON body
 * if they have one, and take their turn at the database. The document lists the problems that every management route may
 * return, and `problems`, which every route of this controller may return.
 *
 * Add `@ReadAccess()` or `@AdminAccess()` to the controller or to each route. For resources of one project use
 * `@ProjectRoutes()`.
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
