import { All, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiExcludeEndpoint } from '@nestjs/swagger';
import { IngestAccess } from '../auth/access.decorator';
import { ProblemException } from '../problems/problem.exception';
import { PostbackResultDto } from './dto/postback-result.dto';
import { CollectPipe } from './pipes/collect.pipe';
import { NormalisePipe } from './pipes/normalise.pipe';
import { TimestampDefaultsPipe } from './pipes/timestamp-defaults.pipe';
import { ValidatePipe } from './pipes/validate.pipe';
import type { Postback } from './postback';
import { ApiPostback } from './postback.openapi';
import { PostbackService } from './postback.service';
import { RawPostback } from './raw-postback.decorator';

const PIPES = [CollectPipe, NormalisePipe, TimestampDefaultsPipe, ValidatePipe];

@IngestAccess()
@Controller('track/install/v1')
export class PostbackController {
  constructor(private readonly postbacks: PostbackService) {}

  @Get('custom')
  @ApiPostback('GET')
  receive(
    @RawPostback(...PIPES) postback: Postback,
  ): Promise<PostbackResultDto> {
    return this.postbacks.record(postback);
  }

  @Post('custom')
  @HttpCode(200)
  @ApiPostback('POST')
  receivePosted(
    @RawPostback(...PIPES) postback: Postback,
  ): Promise<PostbackResultDto> {
    return this.postbacks.record(postback);
  }

  @All(':tracker')
  @ApiExcludeEndpoint()
  refuseUnknown(): never {
    throw new ProblemException('unknown_tracker');
  }
}
