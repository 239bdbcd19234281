import { All, Controller, Param } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { findTracker } from '@app/trackers';
import { IngestAccess } from '../auth/access.decorator';
import { ProblemException } from '../problems/problem.exception';

@IngestAccess()
@ApiExcludeController()
@Controller('track/install/v1')
export class UnknownTrackerController {
  @All([':tracker', ':tracker/validate', ':tracker/batch'])
  refuse(@Param('tracker') name: string): never {
    const tracker = findTracker(name.toLowerCase());
    throw new ProblemException('unknown_tracker', {
      detail:
        tracker &&
        `${tracker.title} has no message of its own. Paste the postback_url of GET /v1/trackers/${tracker.name}.`,
    });
  }
}
