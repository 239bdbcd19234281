import { Body, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam } from '@nestjs/swagger';
import { AdminAccess, ReadAccess } from '../access/access.decorator';
import type { Page } from '../paging/page';
import { PageOf, PageQueryDto } from '../paging/page.dto';
import { RequestValidationPipe } from '../management/request-validation.pipe';
import { UuidParamPipe } from '../management/uuid-param.pipe';
import { ApiAnswer, ApiProblems } from '../openapi/answers.decorator';
import { ProblemException } from '../problems/problem.exception';
import { ProjectIdPipe } from '../projects/project-id.pipe';
import { ProjectRoutes } from '../projects/project-routes.decorator';
import { ProjectsService } from '../projects/projects.service';
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
    private readonly projects: ProjectsService,
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
  @ApiProblems(
    'invalid_request',
    'invalid_key',
    'scope_missing',
    'not_found',
    'overloaded',
  )
  async replay(
    @Param('project_id', ProjectIdPipe) projectId: number,
    @Param('rejection_id', UuidParamPipe) rejectionId: string,
    @Body(RequestValidationPipe) repair: RepairDto,
  ): Promise<ReplayResultDto> {
    const project = await this.projects.find(projectId);
    const rejection = await this.rejections.find(projectId, rejectionId);
    if (!rejection) throw new ProblemException('not_found');
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
  @ApiProblems(
    'invalid_request',
    'invalid_key',
    'scope_missing',
    'not_found',
    'too_many_requests',
  )
  async replayMany(
    @Param('project_id', ProjectIdPipe) projectId: number,
    @Body(RequestValidationPipe) request: ReplayRequestDto,
  ): Promise<ReplayDto> {
    await this.projects.find(projectId);
    if ((await this.replays.countUnfinished(projectId)) >= MAX_UNFINISHED) {
      throw new ProblemException('too_many_requests', {
        detail: `The project has ${MAX_UNFINISHED} replays that have not ended. Wait until some have, or cancel some.`,
        headers: { 'Retry-After': '60' },
      });
    }
    const total = await this.rejections.countOpen(projectId, request.filter);
    return toReplayDto(await this.runner.start(projectId, request, total));
  }

  @Get('replays')
  @ReadAccess()
  @ApiOperation({ summary: 'List replays', operationId: 'listReplays' })
  @ApiAnswer(200, PageOf(ReplayDto), 'A page of replays, the latest first')
  @ApiProblems('invalid_request', 'invalid_key', 'scope_missing', 'not_found')
  async list(
    @Param('project_id', ProjectIdPipe) projectId: number,
    @Query(RequestValidationPipe) query: PageQueryDto,
  ): Promise<Page<ReplayDto>> {
    await this.projects.find(projectId);
    const { data, next_cursor } = await this.replays.list(projectId, query);
    return { data: data.map(toReplayDto), next_cursor };
  }

  @Get('replays/:replay_id')
  @ReadAccess()
  @ApiOperation({
    summary: 'Follow a replay',
    operationId: 'getReplay',
  })
  @ApiParam({ name: 'replay_id', format: 'uuid' })
  @ApiAnswer(200, ReplayDto, 'How far it has come')
  @ApiProblems('invalid_key', 'scope_missing', 'not_found')
  async find(
    @Param('project_id', ProjectIdPipe) projectId: number,
    @Param('replay_id', UuidParamPipe) replayId: string,
  ): Promise<ReplayDto> {
    const replay = await this.replays.find(projectId, replayId);
    if (!replay) throw new ProblemException('not_found');
    return toReplayDto(replay);
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
  @ApiProblems('invalid_key', 'scope_missing', 'not_found')
  async cancel(
    @Param('project_id', ProjectIdPipe) projectId: number,
    @Param('replay_id', UuidParamPipe) replayId: string,
  ): Promise<ReplayDto> {
    await this.replays.cancel(projectId, replayId);
    return this.find(projectId, replayId);
  }
}
