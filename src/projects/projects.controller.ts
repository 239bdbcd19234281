import {
  Body,
  Controller,
  Get,
  Param,
  Patch,
  Post,
  Query,
  UseInterceptors,
} from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { AdminAccess, ReadAccess } from '../access/access.decorator';
import { ReadJsonBody } from '../http/json-body';
import { type Page, PageOf, PageQueryDto } from '../paging/page.dto';
import { RequestValidationPipe } from '../validation/request-validation.pipe';
import { ApiAnswer, ApiProblems } from '../openapi/answers.decorator';
import {
  CreateProjectDto,
  ProjectDto,
  UpdateProjectDto,
} from './dto/project.dto';
import { ProjectIdPipe } from './project-id.pipe';
import { ProjectsService } from './projects.service';

@ApiTags('Projects')
@UseInterceptors(ReadJsonBody)
@Controller('v1/projects')
export class ProjectsController {
  constructor(private readonly projects: ProjectsService) {}

  @Post()
  @AdminAccess()
  @ApiOperation({ summary: 'Make a project', operationId: 'createProject' })
  @ApiAnswer(201, ProjectDto, 'The new project')
  @ApiProblems('invalid_request', 'invalid_key', 'scope_missing')
  create(
    @Body(RequestValidationPipe) project: CreateProjectDto,
  ): Promise<ProjectDto> {
    return this.projects.create(project);
  }

  @Get()
  @AdminAccess()
  @ApiOperation({ summary: 'List projects', operationId: 'listProjects' })
  @ApiAnswer(200, PageOf(ProjectDto), 'A page of projects, oldest first')
  @ApiProblems('invalid_request', 'invalid_key', 'scope_missing')
  list(
    @Query(RequestValidationPipe) query: PageQueryDto,
  ): Promise<Page<ProjectDto>> {
    return this.projects.list(query);
  }

  @Get(':project_id')
  @ReadAccess()
  @ApiOperation({ summary: 'Read a project', operationId: 'getProject' })
  @ApiParam({ name: 'project_id', type: 'integer', example: 1 })
  @ApiAnswer(200, ProjectDto, 'The project')
  @ApiProblems('invalid_key', 'scope_missing', 'not_found')
  find(
    @Param('project_id', ProjectIdPipe) projectId: number,
  ): Promise<ProjectDto> {
    return this.projects.find(projectId);
  }

  @Patch(':project_id')
  @AdminAccess()
  @ApiOperation({
    summary: 'Change a project',
    description: 'Changes the members that are sent and leaves the rest.',
    operationId: 'updateProject',
  })
  @ApiParam({ name: 'project_id', type: 'integer', example: 1 })
  @ApiAnswer(200, ProjectDto, 'The project as it is now')
  @ApiProblems('invalid_request', 'invalid_key', 'scope_missing', 'not_found')
  update(
    @Param('project_id', ProjectIdPipe) projectId: number,
    @Body(RequestValidationPipe) changes: UpdateProjectDto,
  ): Promise<ProjectDto> {
    return this.projects.update(projectId, changes);
  }
}
