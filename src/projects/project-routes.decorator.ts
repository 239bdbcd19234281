import {
  applyDecorators,
  createParamDecorator,
  type ExecutionContext,
  UseInterceptors,
} from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import type { Request } from 'express';
import { ManagementRoutes } from '../management/management-routes.decorator';
import type { Project } from './project.entity';
import { ProjectInterceptor } from './project.interceptor';

/**
 * Declares a controller of the management API at `/v1/projects/<project_id>/<path>`; see `@ManagementRoutes()`. Handlers are called
 * only if the project exists, and get it by `@ProjectParam()`. The module of the controller must import `ProjectsModule`.
 */
export const ProjectRoutes = (path: string, tag: string) =>
  applyDecorators(
    ManagementRoutes(
      `projects/:project_id${path && `/${path}`}`,
      tag,
      'not_found',
    ),
    // After those of all management routes: the project is found within the turn at the database.
    UseInterceptors(ProjectInterceptor),
    ApiParam({ name: 'project_id', type: 'integer', example: 1 }),
  );

/** The project in the path; only for controllers with `@ProjectRoutes()`. */
export const ProjectParam = createParamDecorator(
  (_: unknown, context: ExecutionContext): Project => {
    const { project } = context.switchToHttp().getRequest<Request>();
    if (!project) throw new Error('@ProjectParam() needs @ProjectRoutes()');
    return project;
  },
);
