import {
  setImmediate as nextTurn,
  setTimeout as delay,
} from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import type { Postback, PostbackCaller } from '../postback/pipeline/postback';
import { causeOf } from '../database/cause-of';
import { faultsOf } from '../problems/problem-body';
import { toProblem } from '../problems/to-problem';
import type { Rejection } from '../rejections/rejection.entity';
import type { ReplayRequest } from './replay.entity';
import { ReplayService, type Verdict } from './replay.service';
import { ReplayTurns } from './replay-turns';

/** Milliseconds that a stretch may hold up the event loop. */
const PORTION = 5;
/** Milliseconds between attempts while the database is away or busy. */
const PAUSE = 500;

export type StretchRequest = Pick<
  ReplayRequest,
  'sent' | 'set' | 'unset' | 'as_tracker'
>;

/** What a stretch of rejections has come to; what is in neither carried other values. */
export interface StretchOutcome {
  readonly verdicts: ReadonlyMap<Rejection, Verdict>;
  /** `rejection_id` of those that this replay has settled, and no other one. */
  readonly settled: ReadonlySet<string>;
}

/** Replays some rejections together: reads all, stores all, settles all in one statement. */
@Injectable()
export class ReplayStretch {
  private readonly logger = new Logger(ReplayStretch.name);

  constructor(
    private readonly service: ReplayService,
    private readonly turns: ReplayTurns,
  ) {}

  /** Waits while the database is away; rejects when `signal` aborts. */
  async replay(
    rejections: readonly Rejection[],
    caller: PostbackCaller,
    request: StretchRequest,
    signal: AbortSignal,
  ): Promise<StretchOutcome> {
    const verdicts = new Map<Rejection, Verdict>();
    const postbacks = await this.readAll(rejections, caller, request, verdicts);
    while (postbacks.size > 0) {
      await this.turns.take(() => this.storeAll(postbacks, verdicts));
      // Not within the turn: others need the connection.
      if (postbacks.size > 0) await delay(PAUSE, undefined, { signal });
    }
    if (verdicts.size === 0) return { verdicts, settled: new Set() };
    const settled = await untilAvailable(
      () => this.turns.take(() => this.service.settle(verdicts)),
      signal,
    );
    return { verdicts, settled };
  }

  /** The postbacks to store; the others have their verdicts then. Lets requests through between portions. */
  private async readAll(
    rejections: readonly Rejection[],
    caller: PostbackCaller,
    { sent, ...change }: StretchRequest,
    verdicts: Map<Rejection, Verdict>,
  ): Promise<Map<Rejection, Postback>> {
    const postbacks = new Map<Rejection, Postback>();
    let since = performance.now();
    for (const rejection of rejections) {
      try {
        const reading = this.service.read(rejection, caller, change, sent);
        if (reading === undefined) continue;
        if ('verdict' in reading) verdicts.set(rejection, reading.verdict);
        else postbacks.set(rejection, reading.postback);
      } catch (error) {
        verdicts.set(rejection, this.fail(error));
      }
      if (performance.now() - since > PORTION) {
        await nextTurn();
        since = performance.now();
      }
    }
    return postbacks;
  }

  /** Moves each that is stored, or never will be, from `postbacks` to `verdicts`; the others can be stored later. */
  private async storeAll(
    postbacks: Map<Rejection, Postback>,
    verdicts: Map<Rejection, Verdict>,
  ): Promise<void> {
    await Promise.all(
      Array.from(postbacks, async ([rejection, postback]) => {
        const verdict = await this.store(rejection, postback);
        if (!verdict) return;
        verdicts.set(rejection, verdict);
        postbacks.delete(rejection);
      }),
    );
  }

  /** Undefined when the database is away or busy. */
  private async store(
    rejection: Rejection,
    postback: Postback,
  ): Promise<Verdict | undefined> {
    try {
      return await this.service.store(rejection, postback);
    } catch (error) {
      return isUnavailable(error) ? undefined : this.fail(error);
    }
  }

  /** One that meets a bug of ours stays open, and does not hold up the others. */
  private fail(error: unknown): Verdict {
    this.logger.error({ msg: 'A replay failed', ...causeOf(error) });
    const errors = faultsOf(toProblem(error));
    return { state: 'open', install_id: null, warnings: [], errors };
  }
}

/** Does it again through overload and outages. */
async function untilAvailable<T>(
  work: () => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      await delay(PAUSE, undefined, { signal });
    }
  }
}

function isUnavailable(error: unknown): boolean {
  return toProblem(error).status === 503;
}
