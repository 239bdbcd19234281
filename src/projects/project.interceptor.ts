import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import type { Request } from 'express';
import { readProjectId } from './read-project-id';
import type { Project } from './project.entity';
import { ProjectsService } from './projects.service';

declare global {
  namespace Express {
    interface Request {
      /** The project in the path, on the routes of one project. */
      project?: Project;
    }
  }
}

/**
 * Finds the project in the path. Throws the problem `not_found`.
 *
 * Not a pipe: Nest runs all pipes of a request at once, so the query would go on after another pipe has rejected the request
 * and its turn at the database has ended.
 */
@Injectable()
export class ProjectInterceptor implements NestInterceptor {
  constructor(private readonly projects: ProjectsService) {}

  async intercept(context: ExecutionContext, next: CallHandler) {
    const request = context.switchToHttp().getRequest<Request>();
    const projectId = readProjectId(String(request.params.project_id));
    request.project = await this.projects.find(projectId);
    return next.handle();
  }
}
