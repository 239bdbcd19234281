import { Controller, Get, Param, Query, Req } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { findTracker, TRACKERS } from '@app/trackers';
import type { Request } from 'express';
import { OptionalKey } from '../access/access.decorator';
import { keyOf } from '../auth/credential';
import type { Page } from '../paging/page';
import { PageOf } from '../paging/page.dto';
import { RequestValidationPipe } from '../management/request-validation.pipe';
import { ApiAnswer, ApiProblems } from '../openapi/answers.decorator';
import { ProblemException } from '../problems/problem.exception';
import {
  TrackerDto,
  TrackerQueryDto,
  TrackerSummaryDto,
} from './dto/tracker.dto';
import { toSummary, toTrackerDto } from './to-tracker-dto';

@ApiTags('Trackers')
@OptionalKey()
@Controller('v1/trackers')
export class TrackersController {
  @Get()
  @ApiOperation({
    summary: 'List trackers',
    operationId: 'listTrackers',
  })
  @ApiAnswer(200, PageOf(TrackerSummaryDto), 'All trackers, by name')
  @ApiProblems('invalid_key', 'too_many_requests')
  list(): Page<TrackerSummaryDto> {
    return { data: TRACKERS.map(toSummary), next_cursor: null };
  }

  @Get(':tracker')
  @ApiOperation({
    summary: 'Read how to set up a tracker',
    description:
      'With a key of scope `ingest`, the URLs contain that key; otherwise a placeholder.',
    operationId: 'getTracker',
  })
  @ApiParam({ name: 'tracker', example: 'adjust' })
  @ApiAnswer(200, TrackerDto, 'The tracker')
  @ApiProblems(
    'invalid_request',
    'invalid_key',
    'unknown_tracker',
    'too_many_requests',
  )
  find(
    @Param('tracker') name: string,
    @Query(RequestValidationPipe) { fields }: TrackerQueryDto,
    @Req() request: Request,
  ): TrackerDto {
    const tracker = findTracker(name.toLowerCase());
    if (!tracker) {
      throw new ProblemException('unknown_tracker', {
        detail: 'GET /v1/trackers lists all trackers.',
      });
    }
    return toTrackerDto(tracker, {
      origin: originOf(request),
      apiKey: ingestKeyOf(request),
      fields,
    });
  }
}

/** The origin of the service as the caller sees it. Throws `invalid_request` if the header Host is not a host. */
function originOf({ protocol, host }: Request): string {
  const url = URL.parse(`${protocol}://${host}`);
  const defaultPort = protocol === 'https' ? 443 : 80;
  const spellings = [url?.host, `${url?.hostname}:${defaultPort}`];
  if (!url || !spellings.includes(host?.toLowerCase())) {
    throw new ProblemException('invalid_request', {
      detail:
        'The header Host must be a host, with the port if it is not the default one.',
    });
  }
  return url.origin;
}

/** The key of the caller, if it has the scope that a postback URL needs. */
function ingestKeyOf(request: Request): string | undefined {
  return request.apiKey?.scopes.includes('ingest') ? keyOf(request) : undefined;
}
