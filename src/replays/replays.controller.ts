import { Body, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam } from '@nestjs/swagger';
import { AdminAccess, ReadAccess } from '../access/access.decorator';
import { ApiPage } from '../management/api-page.decorator';
import { orNotFound } from '../management/or-not-found';
import { RequestValidationPipe } from '../management/request-validation.pipe';
import { UuidParamPipe } from '../management/uuid-param.pipe';
import { ApiAnswer, ApiProblems } from '../openapi/answers.decorator';
import { mapPage, type Page } from '../paging/page';
import { PageQueryDto } from '../paging/page.dto';
import { ProblemException } from '../problems/problem.exception';
import type { Project } from '../projects/project.entity';
import {
  ProjectParam,
  ProjectRoutes,
} from '../projects/project-routes.decorator';
import { RejectionRepository } from '../rejections/rejection.repository';
import { RepairDto, ReplayRequestDto } from './dto/replay-request.dto';
import { ReplayDto, ReplayResultDto, toReplayDto } from './dto/replay.dto';
import { ReplayRunner } from './replay-runner';
import { ReplayRepository } from './replay.repository';
import { callerOf, ReplayService } from './replay.service';

/** Of a project. Those that are asked for in the same moment may be a few more. */
const MAX_UNFINISHED = 100;

@ProjectRoutes('', 'Rejections')
export class ReplaysController {
  constructor(
    private readonly rejections: RejectionRepository,
    private readonly replays: ReplayRepository,
    private readonly runner: ReplayRunner,
    private readonly service: ReplayService,
  ) {}

  @Post('rejections/:rejection_id/replay')
  @HttpCode(200)
  @AdminAccess()
  @ApiOperation({
    summary: 'Replay a rejection',
    description:
      'Processes the request again, with the time of its first arrival and the values of the repair, and stores the install if it is valid now. However often it is replayed, at most one install is stored. Replaying a rejection that is already an install changes nothing.',
    operationId: 'replayRejection',
  })
  @ApiParam({ name: 'rejection_id', format: 'uuid' })
  @ApiBody({
    type: RepairDto,
    examples: {
      'as it is': { value: {} },
      'with a repair': { value: { set: { country_code: 'AR' } } },
    },
  })
  @ApiAnswer(200, ReplayResultDto, 'What it has come to')
  @ApiProblems('invalid_request')
  async replay(
    @ProjectParam() project: Project,
    @Param('rejection_id', UuidParamPipe) rejectionId: string,
    @Body(RequestValidationPipe) repair: RepairDto,
  ): Promise<ReplayResultDto> {
    const rejection = orNotFound(
      await this.rejections.find(project.project_id, rejectionId),
    );
    const caller = callerOf(project);
    const verdict = await this.service.replay(rejection, caller, repair);
    return { rejection_id: rejectionId, ...verdict };
  }

  @Post('rejections/replay')
  @HttpCode(202)
  @AdminAccess()
  @ApiOperation({
    summary: 'Replay many rejections',
    description:
      'Replays all open rejections that match the filter, with one repair for all. It runs in the background, and another instance continues it if this one stops. Poll it by its `replay_id`. Each instance runs two replays at a time; others wait, and projects take turns. A project can have 100 unfinished replays; beyond that the response is 429.',
    operationId: 'replayRejections',
  })
  @ApiBody({
    type: ReplayRequestDto,
    examples: {
      'one repair for all that sent the same': {
        value: {
          filter: { code: 'invalid_country' },
          sent: { country_code: 'Argentina' },
          set: { country_code: 'AR' },
        },
      },
    },
  })
  @ApiAnswer(202, ReplayDto, 'The replay, which runs, or waits for its turn')
  @ApiProblems('invalid_request', 'too_many_requests')
  async replayMany(
    @ProjectParam() { project_id }: Project,
    @Body(RequestValidationPipe) request: ReplayRequestDto,
  ): Promise<ReplayDto> {
    if ((await this.replays.countUnfinished(project_id)) >= MAX_UNFINISHED) {
      throw new ProblemException('too_many_requests', {
        detail: `The project has ${MAX_UNFINISHED} unfinished replays. Wait until some have ended, or cancel some.`,
        headers: { 'Retry-After': '60' },
      });
    }
    const total = await this.rejections.countOpen(project_id, request.filter);
    return toReplayDto(await this.runner.start(project_id, request, total));
  }

  @Get('replays')
  @ReadAccess()
  @ApiOperation({ summary: 'List replays', operationId: 'listReplays' })
  @ApiPage(ReplayDto, 'A page of replays, newest first')
  async list(
    @ProjectParam() { project_id }: Project,
    @Query(RequestValidationPipe) query: PageQueryDto,
  ): Promise<Page<ReplayDto>> {
    return mapPage(await this.replays.list(project_id, query), toReplayDto);
  }

  @Get('replays/:replay_id')
  @ReadAccess()
  @ApiOperation({
    summary: 'Read the progress of a replay',
    operationId: 'getReplay',
  })
  @ApiParam({ name: 'replay_id', format: 'uuid' })
  @ApiAnswer(200, ReplayDto, 'How far it has come')
  async find(
    @ProjectParam() { project_id }: Project,
    @Param('replay_id', UuidParamPipe) replayId: string,
  ): Promise<ReplayDto> {
    return toReplayDto(
      orNotFound(await this.replays.find(project_id, replayId)),
    );
  }

  @Post('replays/:replay_id/cancel')
  @HttpCode(200)
  @AdminAccess()
  @ApiOperation({
    summary: 'Cancel a replay',
    description:
      'A waiting replay ends at once, a running one within a second. Installs that it has stored stay stored. A replay that has ended does not change.',
    operationId: 'cancelReplay',
  })
  @ApiParam({ name: 'replay_id', format: 'uuid' })
  @ApiAnswer(200, ReplayDto, 'The replay as it is now')
  async cancel(
    @ProjectParam() project: Project,
    @Param('replay_id', UuidParamPipe) replayId: string,
  ): Promise<ReplayDto> {
    await this.replays.cancel(project.project_id, replayId);
    return this.find(project, replayId);
  }
}
