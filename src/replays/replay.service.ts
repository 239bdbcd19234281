import { Injectable } from '@nestjs/common';
import { DatabaseClock } from '../database/database-clock';
import { NotAnInstallError } from '../postback/pipeline/not-an-install.error';
import type {
  AdaptedPostback,
  Postback,
  PostbackCaller,
} from '../postback/pipeline/postback';
import { PostbackService } from '../postback/postback.service';
import { readAdapted } from '../postback/pipeline/read-postback';
import type { Warning } from '../postback/pipeline/warning';
import type { FieldFault } from '../fields/field-fault';
import { faultsOf } from '../problems/problem-body';
import { toProblem } from '../problems/to-problem';
import type { Project } from '../projects/project.entity';
import type { Rejection, RejectionState } from '../rejections/rejection.entity';
import { RejectionRepository } from '../rejections/rejection.repository';
import { adaptRejection } from './adapt-rejection';
import { repair, type Repair, type SentValues } from './repair';

/** The result of a replay: `open` if the postback was rejected again. */
export interface Verdict {
  readonly state: RejectionState;
  readonly install_id: string | null;
  readonly warnings: readonly Warning[];
  readonly errors: readonly FieldFault[];
}

/** A postback to store, or the verdict on one that is not to be stored. */
export type Reading =
  { readonly postback: Postback } | { readonly verdict: Verdict };

/** Processes rejected postbacks again, by the same pipeline. */
@Injectable()
export class ReplayService {
  constructor(
    private readonly postbacks: PostbackService,
    private readonly rejections: RejectionRepository,
    private readonly clock: DatabaseClock,
  ) {}

  /**
   * Replays one rejection; returns the result of the earlier replay if it is already settled. Any number of replays of the
   * same rejection, also at the same time, create one install at most, because all of them give it the same `install_id`.
   * Throws temporary problems, such as an outage of the database.
   */
  async replay(
    rejection: Rejection,
    caller: PostbackCaller,
    change: Repair,
  ): Promise<Verdict> {
    const { state, install_id } = rejection;
    if (state !== 'open') {
      return { state, install_id, warnings: [], errors: [] };
    }
    // Without `sent` it is never undefined.
    const reading = this.read(rejection, caller, change)!;
    const verdict =
      'verdict' in reading
        ? reading.verdict
        : await this.store(rejection, reading.postback);
    await this.settle(new Map([[rejection, verdict]]));
    return verdict;
  }

  /**
   * Reads one rejection with its repair; undefined if it was sent without the values in `sent`. Throws only because of a
   * bug.
   */
  read(
    rejection: Rejection,
    caller: PostbackCaller,
    change: Repair,
    sent: SentValues = {},
  ): Reading | undefined {
    try {
      const adapted = adaptRejection(rejection, caller, change.as_tracker);
      if (!carries(adapted, sent)) return undefined;
      return { postback: readAdapted(repair(adapted, change)) };
    } catch (error) {
      const verdict = toVerdict(error);
      // A request that cannot be read has no values.
      const isUnread =
        !(error instanceof NotAnInstallError) &&
        toProblem(error).errors === undefined;
      return isUnread && Object.keys(sent).length > 0 ? undefined : { verdict };
    }
  }

  /** Stores what was read. Throws temporary problems, and bugs. */
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

/** A project in the role of the caller that sent the postback. */
export function callerOf({
  project_id,
  dedupe_without_id,
}: Project): PostbackCaller {
  return { projectId: project_id, dedupeWithoutId: dedupe_without_id };
}

/** The verdict of an error that is the request's fault; throws any other error again. */
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
