import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { IngestAccess } from '../auth/access.decorator';
import { PostbackResultDto } from './dto/postback-result.dto';
import { CanonicalPipe } from './pipes/canonical.pipe';
import { CollectPipe } from './pipes/collect.pipe';
import { NormalisePipe } from './pipes/normalise.pipe';
import { TimestampDefaultsPipe } from './pipes/timestamp-defaults.pipe';
import { ValidatePipe } from './pipes/validate.pipe';
import type { Postback } from './postback';
import { ApiPostback } from './postback.openapi';
import { PostbackService } from './postback.service';
import { RawPostback } from './raw-postback.decorator';

const PIPES = [
  CollectPipe,
  CanonicalPipe,
  NormalisePipe,
  TimestampDefaultsPipe,
  ValidatePipe,
];

@IngestAccess()
@Controller('track/install/v1/custom')
export class PostbackController {
  constructor(private readonly postbacks: PostbackService) {}

  @Get()
  @ApiPostback('GET')
  receive(
    @RawPostback(...PIPES) postback: Postback,
  ): Promise<PostbackResultDto> {
    return this.postbacks.record(postback);
  }

  @Post()
  @HttpCode(200)
  @ApiPostback('POST')
  receivePosted(
    @RawPostback(...PIPES) postback: Postback,
  ): Promise<PostbackResultDto> {
    return this.postbacks.record(postback);
  }
}
