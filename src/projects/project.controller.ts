import { Body, Get, Patch } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { AdminAccess, ReadAccess } from '../access/access.decorator';
import { RequestValidationPipe } from '../management/request-validation.pipe';
import { ApiAnswer, ApiProblems } from '../openapi/answers.decorator';
import { ProjectDto, UpdateProjectDto } from './dto/project.dto';
import type { Project } from './project.entity';
import { ProjectParam, ProjectRoutes } from './project-routes.decorator';
import { ProjectsService } from './projects.service';

@ProjectRoutes('', 'Projects')
export class ProjectController {
  constructor(private readonly projects: ProjectsService) {}

  @Get()
  @ReadAccess()
  @ApiOperation({ summary: 'Read a project', operationId: 'getProject' })
  @ApiAnswer(200, ProjectDto, 'The project')
  find(@ProjectParam() project: Project): ProjectDto {
    return project;
  }

  @Patch()
  @AdminAccess()
  @ApiOperation({
    summary: 'Update a project',
    description: 'Changes only the properties that are sent.',
    operationId: 'updateProject',
  })
  @ApiAnswer(200, ProjectDto, 'The updated project')
  @ApiProblems('invalid_request')
  update(
    @ProjectParam() { project_id }: Project,
    @Body(RequestValidationPipe) changes: UpdateProjectDto,
  ): Promise<ProjectDto> {
    return this.projects.update(project_id, changes);
  }
}
