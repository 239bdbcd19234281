import { Controller, Get, ServiceUnavailableException } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { HealthCheckService, MikroOrmHealthIndicator } from '@nestjs/terminus';
import { Public } from '../access/access.decorator';
import { PostbackEntityManager } from '../database/connections';
import { ApiAnswer, ApiProblems } from '../openapi/answers.decorator';
import { ProblemException } from '../problems/problem.exception';
import { Drain } from '../http/drain';

class HealthDto {
  @ApiProperty({ enum: ['ok'], example: 'ok' })
  status: 'ok';
}

/** Milliseconds that the database may take to respond. */
const PING = 1_000;

@ApiTags('Health')
@Public()
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly database: MikroOrmHealthIndicator,
    private readonly postbacks: PostbackEntityManager,
    private readonly drain: Drain,
  ) {}

  @Get('live')
  @ApiOperation({
    summary: 'Liveness',
    operationId: 'live',
    security: [],
  })
  @ApiAnswer(200, HealthDto, 'The process responds')
  @ApiProblems()
  live(): HealthDto {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({
    summary: 'Readiness',
    description:
      '200 if the database responds; 503 if it does not, or if the instance is shutting down.',
    operationId: 'ready',
    security: [],
  })
  @ApiAnswer(200, HealthDto, 'The instance accepts requests')
  @ApiProblems('shutting_down')
  async ready(): Promise<HealthDto> {
    if (this.drain.announced) throw new ProblemException('shutting_down');
    try {
      await this.health.check([
        () =>
          this.database.pingCheck('database', {
            connection: this.postbacks.getConnection(),
            timeout: PING,
          }),
      ]);
    } catch (error) {
      if (error instanceof ServiceUnavailableException) {
        throw new ProblemException('database_unavailable');
      }
      throw error;
    }
    return { status: 'ok' };
  }
}
