import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { Env } from '../../config/env';
import type { ProblemException } from '../../problems/problem.exception';
import { faultsOf } from '../../problems/problem-body';
import { RejectionLog } from '../../rejections/rejection-log';
import type { SentRequest } from '../../rejections/stored-request/stored-request';
import { PostbackCounter } from '../../stats/postback-counter';
import {
  IGNORED,
  type IgnoredResultDto,
  type RefusedResultDto,
} from '../dto/postback-result.dto';
import { withinDeadline } from '../request/within-deadline';
import { toRejection } from './to-rejection';

/**
 * Whether a postback with this problem is stored as a rejection: its sender will send the same again, or never again, so
 * the install would be lost.
 */
export function isRejection({ status, code }: ProblemException): boolean {
  return [400, 413, 414, 415].includes(status) || code === 'unknown_tracker';
}

/** Records postbacks that are not stored as installs: counts the ignored ones, stores the rejected ones. */
@Injectable()
export class RejectionRecorder {
  /** They do not have the form of a generated key, so they are masked by their values. */
  private readonly secrets: readonly (string | undefined)[];

  constructor(
    private readonly log: RejectionLog,
    private readonly counts: PostbackCounter,
    { ADMIN_TOKEN, BOOTSTRAP_API_KEY }: Env,
  ) {
    this.secrets = [ADMIN_TOKEN, BOOTSTRAP_API_KEY];
  }

  /** Counts a message that is not an install. Returns the body of its response. */
  countIgnored(request: Request, tracker: string): IgnoredResultDto {
    this.counts.add({
      project_id: request.apiKey!.projectId,
      received_at: request.receivedAt,
      tracker,
      kind: 'ignored',
      code: '',
    });
    return IGNORED;
  }

  /**
   * Stores a rejected postback. If its sender must get a response with status 200, resolves to the body of it after the
   * COMMIT, and rejects when the rejection cannot be stored. Otherwise resolves to undefined, at once unless `waits` is
   * true: a batch that does not wait would fill the queue of rejections.
   */
  async record(
    request: Request,
    sent: SentRequest,
    problem: ProblemException,
    { waits = false } = {},
  ): Promise<RefusedResultDto | undefined> {
    const stored = withinDeadline(
      request.arrivedAt,
      this.log.keep(toRejection(request, sent, problem, this.secrets)),
    );
    if (request.apiKey!.refuseWith === 200) {
      const errors = faultsOf(problem);
      return { status: 'refused', errors, rejection_id: await stored };
    }
    // A failure is counted and logged where it happened.
    const settled = stored.catch(() => undefined);
    if (waits) await settled;
    return undefined;
  }
}
