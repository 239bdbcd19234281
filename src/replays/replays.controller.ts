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
    summary: 'Replay a refused postback',
    description:
      'Reads it once more, with the time at which it arrived first and a repair, and stores it if it is right now. However often and however many at once, it becomes one install at most. A second replay of what has become one changes nothing.',
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
    summary: 'Replay many refused postbacks',
    description:
      'All open ones that a filter matches, with one repair for all. It goes on by itself, also when this instance is stopped: follow it by its `replay_id`. Two run at once in an instance; the others wait, and projects take turns. A project may have 100 that have not ended; more are 429.',
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
        detail: `The project has ${MAX_UNFINISHED} replays that have not ended. Wait until some have, or cancel some.`,
        headers: { 'Retry-After': '60' },
      });
    }
    const total = await this.rejections.countOpen(project_id, request.filter);
    return toReplayDto(await this.runner.start(project_id, request, total));
  }

  @Get('replays')
  @ReadAccess()
  @ApiOperation({ summary: 'List replays', operationId: 'listReplays' })
  @ApiPage(ReplayDto, 'A page of replays, the latest first')
  async list(
    @ProjectParam() { project_id }: Project,
    @Query(RequestValidationPipe) query: PageQueryDto,
  ): Promise<Page<ReplayDto>> {
    return mapPage(await this.replays.list(project_id, query), toReplayDto);
  }

  @Get('replays/:replay_id')
  @ReadAccess()
  @ApiOperation({
    summary: 'Follow a replay',
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
      'One that waits ends at once, one that runs within a moment; what has become an install stays one. One that has ended stays as it is.',
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
