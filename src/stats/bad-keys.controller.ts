import { Get, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { AdminAccess } from '../access/access.decorator';
import { DatabaseClock } from '../database/database-clock';
import { ManagementRoutes } from '../management/management-routes.decorator';
import { RequestValidationPipe } from '../management/request-validation.pipe';
import { ApiAnswer, ApiProblems } from '../openapi/answers.decorator';
import { BadKeysDto, StatsQueryDto } from './dto/stats.dto';
import { hoursOf } from './hours';
import { StatsService } from './stats.service';

@AdminAccess()
@ManagementRoutes('bad-keys', 'Stats')
export class BadKeysController {
  constructor(
    private readonly stats: StatsService,
    private readonly clock: DatabaseClock,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'List the sources of bad keys',
    description:
      'Counts requests with a bad key by address. Nothing else of these requests is stored: no key, no query, no body.',
    operationId: 'readBadKeys',
  })
  @ApiAnswer(200, BadKeysDto, 'The addresses')
  @ApiProblems('invalid_request')
  async read(
    @Query(RequestValidationPipe) query: StatsQueryDto,
  ): Promise<BadKeysDto> {
    const { from, to } = hoursOf(query, this.clock);
    return { data: await this.stats.readBadKeys(from, to) };
  }
}
