import { All, Controller, Param, Req, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { findTracker } from '@app/trackers';
import { IngestAccess } from '../access/access.decorator';
import type { Request } from 'express';
import { INGEST_ROOT } from '../http/ingest-path';
import { ProblemException } from '../problems/problem.exception';
import { RejectedPostbackFilter } from './refused/rejected-postback.filter';
import { readBatchText } from './request/read-batch';
import { readBody } from './request/read-body';

@IngestAccess()
@ApiExcludeController()
@Controller(INGEST_ROOT)
export class UnknownTrackerController {
  @All(':tracker')
  @UseFilters(RejectedPostbackFilter)
  async refuse(
    @Param('tracker') name: string,
    @Req() request: Request,
  ): Promise<never> {
    // It is stored as a whole: the tracker may be added later.
    if (request.method === 'POST') await readBody(request);
    throw unknownTracker(name);
  }

  @All(':tracker/batch')
  @UseFilters(RejectedPostbackFilter)
  async refuseBatch(
    @Param('tracker') name: string,
    @Req() request: Request,
  ): Promise<never> {
    if (request.method === 'POST') await readBatchText(request);
    throw unknownTracker(name);
  }

  @All(':tracker/validate')
  judge(@Param('tracker') name: string): never {
    throw unknownTracker(name);
  }
}

function unknownTracker(name: string): ProblemException {
  const tracker = findTracker(name.toLowerCase());
  return new ProblemException('unknown_tracker', {
    detail:
      tracker &&
      `${tracker.title} has no message of its own. Paste the postback_url of GET /v1/trackers/${tracker.name}.`,
  });
}
