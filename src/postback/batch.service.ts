import { setImmediate } from 'node:timers/promises';
import { FairSemaphore } from '@app/batching';
import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { keyOf } from '../auth/credential';
import { ingestPathOf, parseIngestPath } from '../http/ingest-path';
import { MAX_POSTBACK_BODY } from '../http/request-limits';
import { ProblemException } from '../problems/problem.exception';
import { problemBody } from '../problems/problem-body';
import { toProblem } from '../problems/to-problem';
import type { BatchResultDto, VerdictDto } from './dto/batch-result.dto';
import { BatchThrottler } from '../throttling/batch-throttler';
import { Ignored } from './pipeline/ignored';
import { OutcomesService } from './refused/outcomes.service';
import type { PostbackSource } from './pipeline/postback-source';
import { PostbackService } from './postback.service';
import { withBatch } from './request/read-batch';
import { readJson } from './request/read-body';
import { readPostback } from './pipeline/read-postback';
import { isRefusal, type SentRequest } from '../rejections/refusal';
import { toFields } from './pipeline/sent-fields';
import { throwIfLate } from './within-deadline';

/**
 * Batches that are worked on at once; the others wait. One fewer than the writer has groups on their way, so that one is
 * left for single postbacks. One key has all but one of them at most, and keys take turns.
 */
const AT_ONCE = 3;
const SHARES = {
  maxPerOwner: AT_ONCE - 1,
  maxWaitingPerOwner: 16,
  maxWaiting: 64,
};
/** Milliseconds after arrival until which a batch may be begun: later there is no time for all of it. */
const BEGIN_WITHIN = 1_400;
/** Postbacks that are read and written before the next ones are. */
const PORTION = 100;
/** Milliseconds of work after which other requests are served. */
const SLICE = 3;

interface Portion {
  readonly request: Request;
  readonly source: PostbackSource;
  readonly allRead: Promise<void>;
}

/**
 * Takes many postbacks at once, each with the verdict that it would get alone.
 *
 * Few of them are on their way at any time, however many batches there are: a single postback
 * beside them waits for those few, and not for whole batches.
 */
@Injectable()
export class BatchService {
  private readonly semaphore = new FairSemaphore(AT_ONCE, SHARES);

  constructor(
    private readonly postbacks: PostbackService,
    private readonly outcomes: OutcomesService,
    private readonly throttler: BatchThrottler,
  ) {}

  /** Throws, with the verdicts there are, when not all postbacks got one that is final. */
  async receive(
    request: Request,
    source: PostbackSource,
  ): Promise<BatchResultDto> {
    const results = await withBatch(request, (split) =>
      this.semaphore.run(
        request.apiKey!.keyId,
        request.arrivedAt + BEGIN_WITHIN - performance.now(),
        async () => {
          const texts = split();
          // Not before its turn: a batch that gets none is to be sent again.
          await this.throttler.count(request, texts.length);
          return this.judgeAll(texts, request, source);
        },
      ),
    );
    const failed = results.filter(({ status }) => status >= 500);
    if (failed.length > 0) {
      throw new ProblemException('overloaded', {
        detail: `${failed.length} of ${results.length} postbacks could not be stored now; send those again, or all of them.`,
        more: { results },
      });
    }
    return { results };
  }

  private async judgeAll(
    texts: readonly string[],
    request: Request,
    source: PostbackSource,
  ): Promise<VerdictDto[]> {
    const verdicts: VerdictDto[] = [];
    for (let first = 0; first < texts.length; first += PORTION) {
      const portion = await this.beginPortion(texts, first, request, source);
      verdicts.push(...(await Promise.all(portion)));
    }
    return verdicts;
  }

  /** Resolves when all of the portion are read; then all good ones are written at once, in one group. */
  private async beginPortion(
    texts: readonly string[],
    first: number,
    request: Request,
    source: PostbackSource,
  ): Promise<Promise<VerdictDto>[]> {
    const begun: Promise<VerdictDto>[] = [];
    const allRead = Promise.withResolvers<void>();
    const work = { request, source, allRead: allRead.promise };
    let pause = performance.now() + SLICE;
    for (const text of texts.slice(first, first + PORTION)) {
      const verdict = this.judge(first + begun.length, text, work);
      // It may fail before anybody waits for it.
      verdict.catch(() => undefined);
      begun.push(verdict);
      if (performance.now() >= pause) {
        await setImmediate();
        pause = performance.now() + SLICE;
      }
    }
    allRead.resolve();
    return begun;
  }

  private async judge(
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
          fields: toFields(readJson(text), keyOf(request)),
        },
        source,
      );
      await allRead;
      const body = await this.postbacks.record(postback);
      return { index, status: 200, body };
    } catch (error) {
      if (error instanceof Ignored) {
        const body = this.outcomes.ignore(request, error.tracker);
        return { index, status: 200, body };
      }
      return this.refuse(index, text, request, error);
    }
  }

  private async refuse(
    index: number,
    text: string,
    request: Request,
    error: unknown,
  ): Promise<VerdictDto> {
    const problem = toProblem(error);
    // A bug of ours: to be told, and logged, as such.
    if (problem.status === 500) throw error;
    if (isRefusal(problem)) {
      const sent = alone(request, text);
      try {
        const body = await this.outcomes.refuse(request, sent, problem, {
          patient: true,
        });
        if (body) return { index, status: 200, body };
      } catch (failure) {
        return this.refuse(index, text, request, failure);
      }
    }
    const body = problemBody(problem, request.id as string);
    return { index, status: problem.status, body };
  }
}

/** The request that would have brought the postback alone. */
function alone(request: Request, text: string): SentRequest {
  return {
    method: 'POST',
    path: ingestPathOf(parseIngestPath(request.path)!.tracker),
    query: '',
    contentType: 'application/json',
    body: Buffer.from(text),
    hasBody: true,
    length: text.length,
  };
}
