import { All, Controller } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { IngestAccess } from '../auth/access.decorator';
import { ProblemException } from '../problems/problem.exception';

@IngestAccess()
@ApiExcludeController()
@Controller('track/install/v1')
export class UnknownTrackerController {
  @All(':tracker')
  refuse(): never {
    throw new ProblemException('unknown_tracker');
  }
}
