import {
  Controller,
  Get,
  HttpCode,
  Post,
  Req,
  type Type,
  UseFilters,
} from '@nestjs/common';
import { ApiExcludeEndpoint } from '@nestjs/swagger';
import type { Request } from 'express';
import { IngestAccess } from '../access/access.decorator';
import { ingestPathOf } from '../http/ingest-path';
import { BatchService } from './batch.service';
import type { BatchResultDto } from './dto/batch-result.dto';
import type { DryRunResultDto } from './dto/dry-run-result.dto';
import type { PostbackResultDto } from './dto/postback-result.dto';
import { DryRunService } from './dry-run.service';
import { RejectedPostbackFilter } from './refused/rejected-postback.filter';
import { CollectPipe } from './request/collect.pipe';
import type { Postback } from './pipeline/postback';
import type { PostbackSource } from './pipeline/postback-source';
import { pipesOf } from './pipeline/read-postback';
import { methodNotAllowed } from './request/ingest-methods.middleware';
import { ApiBatch, ApiDryRun, ApiPostback } from './postback.openapi';
import { PostbackService } from './postback.service';
import { RawPostback } from './request/raw-postback.decorator';

/**
 * The controller for the postbacks of a source. It is created by a function because each tracker has a path, OpenAPI
 * operations and an adapter of its own: Nest reads all of these from the decorators of a class.
 */
export function createPostbackController(source: PostbackSource): Type {
  // Collect, adapt, normalise, validate, set timestamp defaults.
  const pipes = [new CollectPipe(), ...pipesOf(source)];

  @IngestAccess()
  @UseFilters(RejectedPostbackFilter)
  @Controller(ingestPathOf(source.name))
  class PostbackController {
    constructor(
      private readonly postbacks: PostbackService,
      private readonly dryRuns: DryRunService,
      private readonly batches: BatchService,
    ) {}

    // First in Swagger UI, because integrators should try it first.
    @Get('validate')
    @ApiDryRun('GET', source)
    validate(@Req() request: Request): Promise<DryRunResultDto> {
      return this.dryRuns.run(request, source);
    }

    @Post('validate')
    @HttpCode(200)
    @ApiDryRun('POST', source)
    validatePosted(@Req() request: Request): Promise<DryRunResultDto> {
      return this.dryRuns.run(request, source);
    }

    @Get()
    @ApiPostback('GET', source)
    receive(
      @RawPostback(...pipes) postback: Postback,
    ): Promise<PostbackResultDto> {
      return this.postbacks.record(postback);
    }

    @Post()
    @HttpCode(200)
    @ApiPostback('POST', source)
    receivePosted(
      @RawPostback(...pipes) postback: Postback,
    ): Promise<PostbackResultDto> {
      return this.postbacks.record(postback);
    }

    @Get('batch')
    @ApiExcludeEndpoint()
    refuseBatchByGet(): never {
      throw methodNotAllowed(true);
    }

    @Post('batch')
    @HttpCode(200)
    @ApiBatch(source)
    receiveBatch(@Req() request: Request): Promise<BatchResultDto> {
      return this.batches.receive(request, source);
    }
  }
  return PostbackController;
}
