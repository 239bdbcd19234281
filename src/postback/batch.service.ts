import { setImmediate } from 'node:timers/promises';
import { FairSemaphore } from '@app/batching';
import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { keyOf } from '../auth/credential';
import { ingestPathOf } from '../http/ingest-path';
import { MAX_POSTBACK_BODY } from '../http/request-limits';
import { ProblemException } from '../problems/problem.exception';
import { problemBody } from '../problems/problem-body';
import { toProblem } from '../problems/to-problem';
import type { BatchResultDto, VerdictDto } from './dto/batch-result.dto';
import { BatchThrottler } from '../throttling/batch-throttler';
import { NotAnInstallError } from './pipeline/not-an-install.error';
import { isRejection, RejectionRecorder } from './refused/rejection-recorder';
import type { PostbackSource } from './pipeline/postback-source';
import { PostbackService } from './postback.service';
import { withBatch } from './request/read-batch';
import { jsonParametersOf } from './pipeline/parameters';
import { readPostback } from './pipeline/read-postback';
import { GROUPS_IN_FLIGHT } from '../installs/install-writer';
import type { SentRequest } from '../rejections/stored-request/stored-request';
import { toFields } from './pipeline/sent-fields';
import { throwIfLate } from './request/within-deadline';

/**
 * Batches that are processed at the same time; the others wait. One group of the writer is left for single postbacks. One
 * API key has at most all but one of the batches, and keys take turns.
 */
const AT_ONCE = GROUPS_IN_FLIGHT - 1;
const SHARES = {
  maxPerOwner: AT_ONCE - 1,
  maxWaitingPerOwner: 16,
  maxWaiting: 64,
};
/** Milliseconds after arrival. A batch that starts later has no time for all its postbacks. */
const START_WITHIN = 1_400;
/** Postbacks that are read and stored together, before the next ones. */
const PORTION = 100;
/** Milliseconds of work until other requests get a turn. */
const SLICE = 3;

interface Portion {
  readonly request: Request;
  readonly source: PostbackSource;
  readonly allRead: Promise<void>;
}

/**
 * Processes batches. Each postback gets the verdict that it would get as a single request.
 *
 * Only a few postbacks of batches are processed at any time, so that a single postback waits for those few, not for whole
 * batches.
 */
@Injectable()
export class BatchService {
  private readonly semaphore = new FairSemaphore(AT_ONCE, SHARES);

  constructor(
    private readonly postbacks: PostbackService,
    private readonly recorder: RejectionRecorder,
    private readonly throttler: BatchThrottler,
  ) {}

  /** Throws `overloaded`, with all verdicts, if some postbacks could not be stored now and must be sent again. */
  async receive(
    request: Request,
    source: PostbackSource,
  ): Promise<BatchResultDto> {
    const results = await withBatch(request, (split) =>
      this.semaphore.run(
        request.apiKey!.keyId,
        request.arrivedAt + START_WITHIN - performance.now(),
        async () => {
          const texts = split();
          // Only now: a batch that gets no turn is sent again, and must not count twice.
          await this.throttler.count(request, texts.length);
          return this.processAll(texts, request, source);
        },
      ),
    );
    const failed = results.filter(({ status }) => status >= 500);
    if (failed.length > 0) {
      throw new ProblemException('overloaded', {
        detail: `${failed.length} of ${results.length} postbacks could not be stored. Send these postbacks again, or send the whole batch again.`,
        more: { results },
      });
    }
    return { results };
  }

  private async processAll(
    texts: readonly string[],
    request: Request,
    source: PostbackSource,
  ): Promise<VerdictDto[]> {
    const verdicts: VerdictDto[] = [];
    for (let first = 0; first < texts.length; first += PORTION) {
      const portion = await this.startPortion(texts, first, request, source);
      verdicts.push(...(await Promise.all(portion)));
    }
    return verdicts;
  }

  /** Resolves when the whole portion is read. Then all valid postbacks are written together, in one group. */
  private async startPortion(
    texts: readonly string[],
    first: number,
    request: Request,
    source: PostbackSource,
  ): Promise<Promise<VerdictDto>[]> {
    const verdicts: Promise<VerdictDto>[] = [];
    const allRead = Promise.withResolvers<void>();
    const work = { request, source, allRead: allRead.promise };
    let pause = performance.now() + SLICE;
    for (const text of texts.slice(first, first + PORTION)) {
      const verdict = this.process(first + verdicts.length, text, work);
      // It may reject before it is awaited.
      verdict.catch(() => undefined);
      verdicts.push(verdict);
      if (performance.now() >= pause) {
        await setImmediate();
        pause = performance.now() + SLICE;
      }
    }
    allRead.resolve();
    return verdicts;
  }

  private async process(
    index: number,
    text: string,
    { request, source, allRead }: Portion,
  ): Promise<VerdictDto> {
    try {
      throwIfLate(request.arrivedAt);
      if (Buffer.byteLength(text) > MAX_POSTBACK_BODY) {
        throw new ProblemException('payload_too_large');
      }
      const postback = readPostback(
        {
          caller: request.apiKey!,
          arrivedAt: request.arrivedAt,
          receivedAt: request.receivedAt,
          fields: toFields(jsonParametersOf(text), keyOf(request)),
        },
        source,
      );
      await allRead;
      const body = await this.postbacks.record(postback);
      return { index, status: 200, body };
    } catch (error) {
      if (error instanceof NotAnInstallError) {
        const body = this.recorder.countIgnored(request, error.tracker);
        return { index, status: 200, body };
      }
      return this.reject(index, text, error, request, source);
    }
  }

  private async reject(
    index: number,
    text: string,
    error: unknown,
    request: Request,
    source: PostbackSource,
  ): Promise<VerdictDto> {
    const problem = toProblem(error);
    // A bug: the whole batch returns 500, and it is logged.
    if (problem.status === 500) throw error;
    if (isRejection(problem)) {
      const sent = asSingleRequest(source, text);
      try {
        const body = await this.recorder.record(request, sent, problem, {
          waits: true,
        });
        if (body) return { index, status: 200, body };
      } catch (failure) {
        return this.reject(index, text, failure, request, source);
      }
    }
    const body = problemBody(problem, request.id as string);
    return { index, status: problem.status, body };
  }
}

/** The request that would have sent the postback alone. */
function asSingleRequest({ name }: PostbackSource, text: string): SentRequest {
  return {
    method: 'POST',
    path: ingestPathOf(name),
    query: '',
    contentType: 'application/json',
    body: Buffer.from(text),
    hasBody: true,
    length: text.length,
  };
}
