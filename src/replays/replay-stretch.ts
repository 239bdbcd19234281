import {
  setImmediate as nextTurn,
  setTimeout as delay,
} from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import type { Postback, SentPostback } from '../postback/postback';
import { causeOf } from '../problems/cause-of';
import { faultsOf } from '../problems/problem.filter';
import { toProblem } from '../problems/to-problem';
import type { Rejection } from '../rejections/rejection.entity';
import type { ReplayRequest } from './replay.entity';
import { ReplayService, type Verdict } from './replay.service';

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

  constructor(private readonly service: ReplayService) {}

  /** Waits while the database is away; rejects when `signal` aborts. */
  async replay(
    rejections: readonly Rejection[],
    caller: SentPostback['caller'],
    request: StretchRequest,
    signal: AbortSignal,
  ): Promise<StretchOutcome> {
    const verdicts = new Map<Rejection, Verdict>();
    const postbacks = await this.readAll(rejections, caller, request, verdicts);
    await Promise.all(
      Array.from(postbacks, async ([rejection, postback]) => {
        verdicts.set(rejection, await this.store(rejection, postback, signal));
      }),
    );
    if (verdicts.size === 0) return { verdicts, settled: new Set() };
    const settled = await untilAvailable(
      () => this.service.settle(verdicts),
      signal,
    );
    return { verdicts, settled };
  }

  /** The postbacks to store; the others have their verdicts then. Lets requests through between portions. */
  private async readAll(
    rejections: readonly Rejection[],
    caller: SentPostback['caller'],
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

  private async store(
    rejection: Rejection,
    postback: Postback,
    signal: AbortSignal,
  ): Promise<Verdict> {
    try {
      return await untilAvailable(
        () => this.service.store(rejection, postback),
        signal,
      );
    } catch (error) {
      signal.throwIfAborted();
      return this.fail(error);
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
      if (toProblem(error).status !== 503) throw error;
      await delay(PAUSE, undefined, { signal });
    }
  }
}
