import { Injectable } from '@nestjs/common';
import { DatabaseClock } from '../database/database-clock';
import { Ignored } from '../postback/ignored';
import type { AdaptedPostback, SentPostback } from '../postback/postback';
import { PostbackService } from '../postback/postback.service';
import { readAdapted } from '../postback/read-postback';
import type { Warning } from '../postback/warning';
import type {
  FieldFault,
  ProblemException,
} from '../problems/problem.exception';
import { faultsOf } from '../problems/problem.filter';
import { toProblem } from '../problems/to-problem';
import type { Rejection, RejectionState } from '../rejections/rejection.entity';
import { RejectionRepository } from '../rejections/rejection.repository';
import { adaptRejection } from './adapt-rejection';
import { repair, type Repair, type SentValues } from './repair';

/** What a replay has come to: `open` when it was refused again. */
export interface ReplayOutcome {
  readonly state: RejectionState;
  readonly install_id: string | null;
  readonly warnings: readonly Warning[];
  readonly errors: readonly FieldFault[];
  /** False when another replay of the same one was faster. */
  readonly isSettled: boolean;
}

type Verdict = Omit<ReplayOutcome, 'isSettled'>;

/** Sends refused postbacks once more the way that they came. */
@Injectable()
export class ReplayService {
  constructor(
    private readonly postbacks: PostbackService,
    private readonly rejections: RejectionRepository,
    private readonly clock: DatabaseClock,
  ) {}

  /**
   * Replays one; undefined when it did not carry the values that it must have. Any number of replays of the same one,
   * also at once, make one install at most, because they all give it the same `install_id`. Throws problems that pass,
   * such as an outage.
   */
  async replay(
    rejection: Rejection,
    caller: SentPostback['caller'],
    change: Repair,
    sent: SentValues = {},
  ): Promise<ReplayOutcome | undefined> {
    const outcome = await this.judge(rejection, caller, change, sent);
    if (!outcome) return undefined;
    const { state, install_id, errors } = outcome;
    const isSettled = await this.rejections.settle(rejection, {
      state,
      install_id,
      replayed_at: this.clock.now(),
      replay_errors: state === 'open' ? errors : null,
    });
    return { ...outcome, isSettled };
  }

  /** Writes down that a replay met a bug of ours. */
  async fail(
    rejection: Rejection,
    problem: ProblemException,
  ): Promise<ReplayOutcome> {
    const errors = faultsOf(problem);
    const isSettled = await this.rejections.settle(rejection, {
      state: 'open',
      replayed_at: this.clock.now(),
      replay_errors: errors,
    });
    return { state: 'open', install_id: null, warnings: [], errors, isSettled };
  }

  private async judge(
    rejection: Rejection,
    caller: SentPostback['caller'],
    change: Repair,
    sent: SentValues,
  ): Promise<Verdict | undefined> {
    try {
      const tracker = change.as_tracker ?? rejection.tracker;
      const adapted = adaptRejection(rejection, caller, tracker);
      if (!carries(adapted, sent)) return undefined;
      const postback = readAdapted(repair(adapted, change));
      const { status, install_id, warnings } = await this.postbacks.record(
        postback,
        rejection.rejection_id,
      );
      const isItself = install_id === rejection.rejection_id;
      return {
        state: status === 'created' || isItself ? 'installed' : 'duplicate',
        install_id,
        warnings,
        errors: [],
      };
    } catch (error) {
      const nothing = { install_id: null, warnings: [] };
      if (error instanceof Ignored) {
        return { state: 'ignored', ...nothing, errors: [] };
      }
      const problem = toProblem(error);
      if (problem.status >= 500) throw error;
      // What cannot be read carries no value.
      if (Object.keys(sent).length > 0 && !problem.errors) return undefined;
      return { state: 'open', ...nothing, errors: faultsOf(problem) };
    }
  }
}

function carries({ fields }: AdaptedPostback, sent: SentValues): boolean {
  return Object.entries(sent).every(([name, value]) =>
    fields
      .get(name)
      ?.some(
        (each) => typeof each === 'string' && each.trim() === value.trim(),
      ),
  );
}
