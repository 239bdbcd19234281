import { Body, Get, Post, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { AdminAccess } from '../access/access.decorator';
import { ApiPage } from '../management/api-page.decorator';
import { ManagementRoutes } from '../management/management-routes.decorator';
import { RequestValidationPipe } from '../management/request-validation.pipe';
import { ApiAnswer, ApiProblems } from '../openapi/answers.decorator';
import type { Page } from '../paging/page';
import { PageQueryDto } from '../paging/page.dto';
import { CreateProjectDto, ProjectDto } from './dto/project.dto';
import { ProjectsService } from './projects.service';

@AdminAccess()
@ManagementRoutes('projects', 'Projects')
export class ProjectsController {
  constructor(private readonly projects: ProjectsService) {}

  @Post()
  @ApiOperation({ summary: 'Create a project', operationId: 'createProject' })
  @ApiAnswer(201, ProjectDto, 'The new project')
  @ApiProblems('invalid_request')
  create(
    @Body(RequestValidationPipe) project: CreateProjectDto,
  ): Promise<ProjectDto> {
    return this.projects.create(project);
  }

  @Get()
  @ApiOperation({ summary: 'List projects', operationId: 'listProjects' })
  @ApiPage(ProjectDto, 'A page of projects, oldest first')
  list(
    @Query(RequestValidationPipe) query: PageQueryDto,
  ): Promise<Page<ProjectDto>> {
    return this.projects.list(query);
  }
}
