import { Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiParam } from '@nestjs/swagger';
import { ReadAccess } from '../access/access.decorator';
import type { Page } from '../paging/page';
import { PageOf } from '../paging/page.dto';
import { RequestValidationPipe } from '../management/request-validation.pipe';
import { UuidParamPipe } from '../management/uuid-param.pipe';
import { ApiAnswer, ApiProblems } from '../openapi/answers.decorator';
import { ProblemException } from '../problems/problem.exception';
import { ProjectIdPipe } from '../projects/project-id.pipe';
import { ProjectRoutes } from '../projects/project-routes.decorator';
import { ProjectsService } from '../projects/projects.service';
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
    private readonly projects: ProjectsService,
  ) {}

  @Get('summary')
  @ApiOperation({
    summary: 'Why does nothing arrive?',
    description:
      'What postbacks were refused for, by tracker, code and field: how many, since when, and one of them. Read from counters by hour: `from` and `to` choose whole hours (UTC) in which the rejections came first; `code` and `field` choose groups. `code=invalid_postback` gives one group for each tracker, with the field `request`.',
    operationId: 'summariseRejections',
  })
  @ApiAnswer(200, RejectionSummaryDto, 'The most frequent faults')
  @ApiProblems('invalid_request', 'invalid_key', 'scope_missing', 'not_found')
  async summarise(
    @Param('project_id', ProjectIdPipe) projectId: number,
    @Query(RequestValidationPipe) filter: RejectionStateFilterDto,
  ): Promise<RejectionSummaryDto> {
    await this.projects.find(projectId);
    return { data: await this.summary.read(projectId, filter) };
  }

  @Get()
  @ApiOperation({
    summary: 'List refused postbacks',
    description:
      'The latest first, by `first_seen_at`. The same request again raises `count` and `last_seen_at`. They are kept for as long, and as many of a project, as the operator has set.',
    operationId: 'listRejections',
  })
  @ApiAnswer(200, PageOf(RejectionDto), 'A page of rejections')
  @ApiProblems('invalid_request', 'invalid_key', 'scope_missing', 'not_found')
  async list(
    @Param('project_id', ProjectIdPipe) projectId: number,
    @Query(RequestValidationPipe) query: ListRejectionsDto,
  ): Promise<Page<RejectionDto>> {
    await this.projects.find(projectId);
    const { data, next_cursor } = await this.rejections.list(projectId, query);
    return { data: data.map(toRejectionDto), next_cursor };
  }

  @Get(':rejection_id')
  @ApiOperation({
    summary: 'Read a refused postback',
    description: 'With the request as it came; keys are masked.',
    operationId: 'getRejection',
  })
  @ApiParam({ name: 'rejection_id', format: 'uuid' })
  @ApiAnswer(200, RejectionDetailDto, 'The rejection, with its request')
  @ApiProblems('invalid_key', 'scope_missing', 'not_found')
  async find(
    @Param('project_id', ProjectIdPipe) projectId: number,
    @Param('rejection_id', UuidParamPipe) rejectionId: string,
  ): Promise<RejectionDetailDto> {
    const rejection = await this.rejections.find(projectId, rejectionId);
    if (!rejection) throw new ProblemException('not_found');
    return toRejectionDetailDto(rejection);
  }
}
