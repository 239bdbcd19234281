import { Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiParam } from '@nestjs/swagger';
import { ReadAccess } from '../access/access.decorator';
import { ApiPage } from '../management/api-page.decorator';
import { orNotFound } from '../management/or-not-found';
import { RequestValidationPipe } from '../management/request-validation.pipe';
import { UuidParamPipe } from '../management/uuid-param.pipe';
import { ApiAnswer } from '../openapi/answers.decorator';
import type { Project } from '../projects/project.entity';
import {
  ProjectParam,
  ProjectRoutes,
} from '../projects/project-routes.decorator';
import { mapPage, type Page } from '../paging/page';
import {
  type InstallAnswer,
  InstallDto,
  toInstallDto,
} from './dto/install.dto';
import { ListInstallsDto } from './dto/list-installs.dto';
import { InstallRepository } from './install.repository';

@ReadAccess()
@ProjectRoutes('installs', 'Installs')
export class InstallsController {
  constructor(private readonly installs: InstallRepository) {}

  @Get()
  @ApiOperation({
    summary: 'List installs',
    description:
      'Newest first by `received_at`. Every parameter except `from`, `to`, `limit` and `cursor` selects the installs whose field has that value.',
    operationId: 'listInstalls',
  })
  @ApiPage(InstallDto, 'A page of installs, newest first')
  async list(
    @ProjectParam() { project_id }: Project,
    @Query(RequestValidationPipe) { limit, cursor, ...filter }: ListInstallsDto,
  ): Promise<Page<InstallAnswer>> {
    const page = { limit, cursor };
    return mapPage(
      await this.installs.list(project_id, filter, page),
      toInstallDto,
    );
  }

  @Get(':install_id')
  @ApiOperation({ summary: 'Read an install', operationId: 'getInstall' })
  @ApiParam({ name: 'install_id', format: 'uuid' })
  @ApiAnswer(200, InstallDto, 'The install, with all its fields')
  async find(
    @ProjectParam() { project_id }: Project,
    @Param('install_id', UuidParamPipe) installId: string,
  ): Promise<InstallAnswer> {
    return toInstallDto(
      orNotFound(await this.installs.find(project_id, installId)),
    );
  }
}
