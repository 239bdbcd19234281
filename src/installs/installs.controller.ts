import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ReadAccess } from '../access/access.decorator';
import { type Page, PageOf } from '../paging/page.dto';
import { RequestValidationPipe } from '../validation/request-validation.pipe';
import { UuidParamPipe } from '../validation/uuid-param.pipe';
import { ApiAnswer, ApiProblems } from '../openapi/answers.decorator';
import { ProblemException } from '../problems/problem.exception';
import { ProjectIdPipe } from '../projects/project-id.pipe';
import {
  type InstallAnswer,
  InstallDto,
  toInstallDto,
} from './dto/install.dto';
import { ListInstallsDto } from './dto/list-installs.dto';
import { ProjectsService } from '../projects/projects.service';
import { InstallRepository } from './install.repository';

@ApiTags('Installs')
@ReadAccess()
@ApiParam({ name: 'project_id', type: 'integer', example: 1 })
@Controller('v1/projects/:project_id/installs')
export class InstallsController {
  constructor(
    private readonly installs: InstallRepository,
    private readonly projects: ProjectsService,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'List installs',
    description:
      'Newest first by `received_at`. Every parameter besides `from`, `to`, `limit` and `cursor` keeps the installs whose field has that value.',
    operationId: 'listInstalls',
  })
  @ApiAnswer(200, PageOf(InstallDto), 'A page of installs, newest first')
  @ApiProblems('invalid_request', 'invalid_key', 'scope_missing', 'not_found')
  async list(
    @Param('project_id', ProjectIdPipe) projectId: number,
    @Query(RequestValidationPipe) query: ListInstallsDto,
  ): Promise<Page<InstallAnswer>> {
    await this.projects.find(projectId);
    const { data, next_cursor } = await this.installs.list(projectId, query);
    return { data: data.map(toInstallDto), next_cursor };
  }

  @Get(':install_id')
  @ApiOperation({ summary: 'Read an install', operationId: 'getInstall' })
  @ApiParam({ name: 'install_id', format: 'uuid' })
  @ApiAnswer(200, InstallDto, 'The install, with all its fields')
  @ApiProblems('invalid_key', 'scope_missing', 'not_found')
  async find(
    @Param('project_id', ProjectIdPipe) projectId: number,
    @Param('install_id', UuidParamPipe) installId: string,
  ): Promise<InstallAnswer> {
    const install = await this.installs.find(projectId, installId);
    if (!install) throw new ProblemException('not_found');
    return toInstallDto(install);
  }
}
