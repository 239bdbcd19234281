import { Get, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { ReadAccess } from '../access/access.decorator';
import { DatabaseClock } from '../database/database-clock';
import { RequestValidationPipe } from '../management/request-validation.pipe';
import { ApiAnswer, ApiProblems } from '../openapi/answers.decorator';
import type { Project } from '../projects/project.entity';
import {
  ProjectParam,
  ProjectRoutes,
} from '../projects/project-routes.decorator';
import { StatsDto, StatsQueryDto } from './dto/stats.dto';
import { hoursOf } from './hours';
import { StatsService } from './stats.service';

@ReadAccess()
@ProjectRoutes('stats', 'Stats')
export class StatsController {
  constructor(
    private readonly stats: StatsService,
    private readonly clock: DatabaseClock,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Count postbacks',
    description:
      'Counts the results of postbacks by hour of arrival and by tracker, for at most 31 days. An install is counted in the transaction that stores it, so `created` is exact. Rejected and ignored postbacks of other instances are counted within two seconds.',
    operationId: 'readStats',
  })
  @ApiAnswer(200, StatsDto, 'The counts')
  @ApiProblems('invalid_request')
  async read(
    @ProjectParam() { project_id }: Project,
    @Query(RequestValidationPipe) query: StatsQueryDto,
  ): Promise<StatsDto> {
    const { from, to } = hoursOf(query, this.clock);
    return { from, to, ...(await this.stats.read(project_id, from, to)) };
  }
}
