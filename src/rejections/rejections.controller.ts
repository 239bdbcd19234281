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
    summary: 'Summarize rejections',
    description:
      'Groups the rejections by tracker, code and field, with their number, the first and last arrival, and one example. Use it when installs are missing. The numbers are counted by the hour: `from` and `to` select whole hours (UTC) of first arrival, and `code` and `field` select groups. `code=invalid_postback` returns one group for each tracker, with the field `request`.',
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
    summary: 'List rejections',
    description:
      'Newest first, by `first_seen_at`. If the same request arrives again, only `count` and `last_seen_at` change. The operator sets how long rejections are stored, and how many of a project.',
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
    summary: 'Read a rejection',
    description: 'Returns the request as it was sent. API keys are masked.',
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
