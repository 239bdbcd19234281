import {
  Controller,
  Get,
  HttpCode,
  Post,
  type Type,
  UseFilters,
} from '@nestjs/common';
import { IngestAccess } from '../auth/access.decorator';
import type { PostbackResultDto } from './dto/postback-result.dto';
import { IgnoredFilter } from './ignored.filter';
import { CollectPipe } from './pipes/collect.pipe';
import { NormalisePipe } from './pipes/normalise.pipe';
import { TimestampDefaultsPipe } from './pipes/timestamp-defaults.pipe';
import { TrackerPipe } from './pipes/tracker.pipe';
import { ValidatePipe } from './pipes/validate.pipe';
import type { Postback } from './postback';
import { PostbackService } from './postback.service';
import { RawPostback } from './raw-postback.decorator';
import { ApiTrackerMessage } from './tracker.openapi';
import type { TrackerWithMessage } from './tracker-with-message';

/** The address that takes a tracker's own messages. */
export function createTrackerController(tracker: TrackerWithMessage): Type {
  const pipes = [
    CollectPipe,
    new TrackerPipe(tracker),
    NormalisePipe,
    TimestampDefaultsPipe,
    ValidatePipe,
  ];

  @IngestAccess()
  @UseFilters(IgnoredFilter)
  @Controller(`track/install/v1/${tracker.name}`)
  class TrackerController {
    constructor(private readonly postbacks: PostbackService) {}

    @Get()
    @ApiTrackerMessage('GET', tracker)
    receive(
      @RawPostback(...pipes) postback: Postback,
    ): Promise<PostbackResultDto> {
      return this.postbacks.record(postback);
    }

    @Post()
    @HttpCode(200)
    @ApiTrackerMessage('POST', tracker)
    receivePosted(
      @RawPostback(...pipes) postback: Postback,
    ): Promise<PostbackResultDto> {
      return this.postbacks.record(postback);
    }
  }
  return TrackerController;
}
