import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { Env } from '../../config/env';
import type { ProblemException } from '../../problems/problem.exception';
import { faultsOf } from '../../problems/problem-body';
import { RejectionLog } from '../../rejections/rejection-log';
import { SideCounts } from '../../stats/side-counts';
import {
  IGNORED,
  type IgnoredResultDto,
  type RefusedResultDto,
} from '../dto/postback-result.dto';
import { type SentRequest, toRejection } from '../../rejections/refusal';
import { withinDeadline } from '../request/within-deadline';

/** Sees to it that what is not stored is not lost either: counts what is ignored, and keeps what is refused. */
@Injectable()
export class OutcomesService {
  /** Those that may look like anything. */
  private readonly secrets: readonly (string | undefined)[];

  constructor(
    private readonly log: RejectionLog,
    private readonly counts: SideCounts,
    { ADMIN_TOKEN, BOOTSTRAP_API_KEY }: Env,
  ) {
    this.secrets = [ADMIN_TOKEN, BOOTSTRAP_API_KEY];
  }

  /** Answers what to tell of a message that is no install. */
  ignore(request: Request, tracker: string): IgnoredResultDto {
    this.counts.add({
      projectId: request.apiKey!.projectId,
      receivedAt: request.receivedAt,
      tracker,
      kind: 'ignored',
      code: '',
    });
    return IGNORED;
  }

  /**
   * Keeps a refused postback. Answers what to tell a sender that must be told 200, after the COMMIT; undefined for
   * others, which are told the problem at once, unless who asks is `patient`: a batch would fill the log up. Rejects
   * when it must be kept and cannot be.
   */
  async refuse(
    request: Request,
    sent: SentRequest,
    problem: ProblemException,
    { patient = false } = {},
  ): Promise<RefusedResultDto | undefined> {
    const kept = withinDeadline(
      request.arrivedAt,
      this.log.keep(toRejection(request, sent, problem, this.secrets)),
    );
    if (request.apiKey!.refuseWith === 200) {
      const errors = faultsOf(problem);
      return { status: 'refused', errors, rejection_id: await kept };
    }
    // The log counts and tells what it could not keep.
    const tried = kept.catch(() => undefined);
    if (patient) await tried;
    return undefined;
  }
}
