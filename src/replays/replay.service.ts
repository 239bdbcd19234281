import { Injectable } from '@nestjs/common';
import { DatabaseClock } from '../database/database-clock';
import { NotAnInstallError } from '../postback/pipeline/not-an-install.error';
import type {
  AdaptedPostback,
  Postback,
  SentPostback,
} from '../postback/pipeline/postback';
import { PostbackService } from '../postback/postback.service';
import { readAdapted } from '../postback/pipeline/read-postback';
import type { Warning } from '../postback/pipeline/warning';
import type { FieldFault } from '../problems/problem.exception';
import { faultsOf } from '../problems/problem-body';
import { toProblem } from '../problems/to-problem';
import type { Rejection, RejectionState } from '../rejections/rejection.entity';
import { RejectionRepository } from '../rejections/rejection.repository';
import { adaptRejection } from './adapt-rejection';
import { repair, type Repair, type SentValues } from './repair';

/** What a replay has come to: `open` when it was refused again. */
export interface Verdict {
  readonly state: RejectionState;
  readonly install_id: string | null;
  readonly warnings: readonly Warning[];
  readonly errors: readonly FieldFault[];
}

/** A postback to store, or the verdict on one that is not to be stored. */
export type Reading =
  { readonly postback: Postback } | { readonly verdict: Verdict };

/** Sends refused postbacks once more the way that they came. */
@Injectable()
export class ReplayService {
  constructor(
    private readonly postbacks: PostbackService,
    private readonly rejections: RejectionRepository,
    private readonly clock: DatabaseClock,
  ) {}

  /**
   * Replays one. Any number of replays of the same one, also at once, make one install at most, because they all give it
   * the same `install_id`. Throws problems that pass, such as an outage.
   */
  async replay(
    rejection: Rejection,
    caller: SentPostback['caller'],
    change: Repair,
  ): Promise<Verdict> {
    const reading = this.read(rejection, caller, change)!;
    const verdict =
      'verdict' in reading
        ? reading.verdict
        : await this.store(rejection, reading.postback);
    await this.settle(new Map([[rejection, verdict]]));
    return verdict;
  }

  /** Reads one; undefined when it did not carry the values in `sent`. Throws only on a bug of ours. */
  read(
    rejection: Rejection,
    caller: SentPostback['caller'],
    change: Repair,
    sent: SentValues = {},
  ): Reading | undefined {
    try {
      const adapted = adaptRejection(rejection, caller, change.as_tracker);
      if (!carries(adapted, sent)) return undefined;
      return { postback: readAdapted(repair(adapted, change)) };
    } catch (error) {
      const verdict = toVerdict(error);
      // What cannot be read carries no value.
      const isUnread =
        !(error instanceof NotAnInstallError) &&
        toProblem(error).errors === undefined;
      return isUnread && Object.keys(sent).length > 0 ? undefined : { verdict };
    }
  }

  /** Stores what was read. Throws problems that pass, and bugs of ours. */
  async store(rejection: Rejection, postback: Postback): Promise<Verdict> {
    const { status, install_id, warnings } = await this.postbacks.record(
      { ...postback, arrivedAt: performance.now() },
      rejection.rejection_id,
    );
    const isItself = install_id === rejection.rejection_id;
    return {
      state: status === 'created' || isItself ? 'installed' : 'duplicate',
      install_id,
      warnings,
      errors: [],
    };
  }

  /** Marks rejections with their verdicts. Returns the `rejection_id` of those that no other replay had settled. */
  settle(verdicts: ReadonlyMap<Rejection, Verdict>): Promise<Set<string>> {
    const replayed_at = this.clock.now();
    return this.rejections.settle(
      Array.from(
        verdicts,
        ([{ project_id, rejection_id }, { state, install_id, errors }]) => ({
          project_id,
          rejection_id,
          state,
          install_id,
          replayed_at,
          replay_errors: state === 'open' ? errors : null,
        }),
      ),
    );
  }
}

/** The verdict that an error of the request stands for; any other error is thrown again. */
function toVerdict(error: unknown): Verdict {
  const nothing = { install_id: null, warnings: [] };
  if (error instanceof NotAnInstallError) {
    return { state: 'ignored', ...nothing, errors: [] };
  }
  const problem = toProblem(error);
  if (problem.status >= 500) throw error;
  return { state: 'open', ...nothing, errors: faultsOf(problem) };
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
