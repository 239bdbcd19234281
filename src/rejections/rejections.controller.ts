import { Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiParam } from '@nestjs/swagger';
import { ReadAccess } from '../access/access.decorator';
import { ApiPage } from '../management/api-page.decorator';
import { orNotFound } from '../management/or-not-found';
import { RequestValidationPipe } from '../management/request-validation.pipe';
import { UuidParamPipe } from '../management/uuid-param.pipe';
import { ApiAnswer, ApiProblems } from '../openapi/answers.decorator';
import { mapPage, type Page } from '../paging/page';
import type { Project } from '../projects/project.entity';
import {
  ProjectParam,
  ProjectRoutes,
} from '../projects/project-routes.decorator';
import { RejectionStateFilterDto } from './dto/rejection-filter.dto';
import { RejectionSummaryDto } from './dto/rejection-summary.dto';
import {
  ListRejectionsDto,
  RejectionDetailDto,
  RejectionDto,
  toRejectionDetailDto,
  toRejectionDto,
} from './dto/rejection.dto';
import { RejectionSummary } from './rejection-summary';
import { RejectionRepository } from './rejection.repository';

@ReadAccess()
@ProjectRoutes('rejections', 'Rejections')
export class RejectionsController {
  constructor(
    private readonly rejections: RejectionRepository,
    private readonly summary: RejectionSummary,
  ) {}

  @Get('summary')
  @ApiOperation({
    summary: 'Why does nothing arrive?',
    description:
      'What postbacks were refused for, by tracker, code and field: how many, since when, and one of them. Read from counters by hour: `from` and `to` choose whole hours (UTC) in which the rejections came first; `code` and `field` choose groups. `code=invalid_postback` gives one group for each tracker, with the field `request`.',
    operationId: 'summariseRejections',
  })
  @ApiAnswer(200, RejectionSummaryDto, 'The most frequent faults')
  @ApiProblems('invalid_request')
  async summarise(
    @ProjectParam() { project_id }: Project,
    @Query(RequestValidationPipe) filter: RejectionStateFilterDto,
  ): Promise<RejectionSummaryDto> {
    return { data: await this.summary.read(project_id, filter) };
  }

  @Get()
  @ApiOperation({
    summary: 'List refused postbacks',
    description:
      'The latest first, by `first_seen_at`. The same request again raises `count` and `last_seen_at`. They are kept for as long, and as many of a project, as the operator has set.',
    operationId: 'listRejections',
  })
  @ApiPage(RejectionDto, 'A page of rejections')
  async list(
    @ProjectParam() { project_id }: Project,
    @Query(RequestValidationPipe)
    { limit, cursor, ...filter }: ListRejectionsDto,
  ): Promise<Page<RejectionDto>> {
    const page = { limit, cursor };
    return mapPage(
      await this.rejections.list(project_id, filter, page),
      toRejectionDto,
    );
  }

  @Get(':rejection_id')
  @ApiOperation({
    summary: 'Read a refused postback',
    description: 'With the request as it came; keys are masked.',
    operationId: 'getRejection',
  })
  @ApiParam({ name: 'rejection_id', format: 'uuid' })
  @ApiAnswer(200, RejectionDetailDto, 'The rejection, with its request')
  async find(
    @ProjectParam() { project_id }: Project,
    @Param('rejection_id', UuidParamPipe) rejectionId: string,
  ): Promise<RejectionDetailDto> {
    return toRejectionDetailDto(
      orNotFound(await this.rejections.find(project_id, rejectionId)),
    );
  }
}
