import { setTimeout as delay } from 'node:timers/promises';
import { Leasing } from '@app/leasing';
import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { causeOf } from '../database/cause-of';
import { toProblem } from '../problems/to-problem';
import { ProjectsService } from '../projects/projects.service';
import type {
  Rejection,
  RejectionFilter,
} from '../rejections/rejection.entity';
import { RejectionRepository } from '../rejections/rejection.repository';
import {
  LEASE,
  type Progress,
  type ReplayJob,
  ReplayLeaseStore,
  toJob,
} from './replay-lease.store';
import { ReplayStretch, type StretchOutcome } from './replay-stretch';
import type { Replay, ReplayRequest } from './replay.entity';
import { ReplayRepository } from './replay.repository';
import { callerOf, type Verdict } from './replay.service';
import { ReplayTurns } from './replay-turns';

/** Rejections that are replayed together; other postbacks are stored between two stretches. */
const STRETCH = 50;
/** A pause after each stretch, as a multiple of its duration: most of the machine is for requests. */
const REST = 2;
/** Milliseconds: a stretch may have taken long because it waited for the database. */
const LONGEST_REST = 500;
/** Milliseconds; with `LEASE` less than the 20 s after which an abandoned replay is held again. */
const LOOK_EVERY = 4_000;
/** Replays of this instance. */
const MAX_RUNNING = 2;
const MAX_HELD = 1_000;

const COUNTER = {
  open: 'refused',
  installed: 'installed',
  duplicate: 'duplicates',
  ignored: 'ignored',
} as const satisfies Record<Verdict['state'], keyof Replay>;

/**
 * Runs replays of many rejections, a few at once, and continues those that another instance has left unfinished.
 *
 * The queue is not graphile-worker or pg-boss because a replay is already a row whose state and progress users read and
 * cancel: a second schema would hold a second state of it.
 */
@Injectable()
export class ReplayRunner
  implements OnApplicationBootstrap, BeforeApplicationShutdown
{
  private readonly logger = new Logger(ReplayRunner.name);
  private readonly leasing: Leasing<ReplayJob>;
  /** Replays that are being stored, and count on a turn. */
  private starting = 0;

  constructor(
    private readonly replays: ReplayRepository,
    private readonly leases: ReplayLeaseStore,
    private readonly rejections: RejectionRepository,
    private readonly projects: ProjectsService,
    private readonly stretch: ReplayStretch,
    private readonly turns: ReplayTurns,
  ) {
    this.leasing = new Leasing({
      store: leases,
      run: (job, signal) => this.run(job, signal),
      leaseMs: LEASE,
      lookEveryMs: LOOK_EVERY,
      maxRunning: MAX_RUNNING,
      maxHeld: MAX_HELD,
      onError: (error) =>
        this.logger.warn({
          msg: 'Replays came to a halt; they go on in a moment',
          ...causeOf(error),
        }),
    });
  }

  onApplicationBootstrap(): void {
    this.leasing.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.leasing.stop();
  }

  /** A new replay, which runs at once where a turn is free. */
  async start(
    projectId: number,
    request: ReplayRequest,
    total: number,
  ): Promise<Replay> {
    const state =
      this.starting < this.leasing.freeTurns ? 'running' : 'waiting';
    this.starting++;
    try {
      const replay = await this.replays.create(
        projectId,
        request,
        total,
        state,
      );
      this.leasing.add(toJob(replay));
      return replay;
    } finally {
      this.starting--;
    }
  }

  private async run(job: ReplayJob, signal: AbortSignal): Promise<void> {
    const replay = await this.leases.begin(job);
    if (!replay) return;
    try {
      await this.work(job, replay, signal);
    } catch (error) {
      if (signal.aborted || toProblem(error).status === 503) throw error;
      this.logger.error({ msg: 'A replay ended', ...causeOf(error) });
      await this.leases.fail(job);
    }
  }

  private async work(
    job: ReplayJob,
    replay: Replay,
    signal: AbortSignal,
  ): Promise<void> {
    let current = replay;
    for (;;) {
      signal.throwIfAborted();
      const begunAt = performance.now();
      const progress = await this.replayNext(current, signal);
      if (!progress) return this.leases.finish(job, current);
      if (!(await this.leases.advance(job, progress))) return;
      current = { ...current, ...progress };
      const rest = REST * (performance.now() - begunAt);
      await delay(Math.min(rest, LONGEST_REST), undefined, { signal });
    }
  }

  /** Replays one stretch; undefined when nothing is left. */
  private async replayNext(
    replay: Replay,
    signal: AbortSignal,
  ): Promise<Progress | undefined> {
    const { project, rejections } = await this.turns.take(async () => ({
      project: await this.projects.find(replay.project_id),
      rejections: await this.next(replay),
    }));
    if (rejections.length === 0) return undefined;
    const outcome = await this.stretch.replay(
      rejections,
      callerOf(project),
      replay.request,
      signal,
    );
    return progressOf(replay, rejections, outcome);
  }

  private next({
    project_id,
    request,
    created_at,
    position,
  }: Replay): Promise<Rejection[]> {
    return this.rejections.findOpen(
      project_id,
      filterOf(request),
      created_at,
      position
        ? { first_seen_at: new Date(position[0]), rejection_id: position[1] }
        : null,
      STRETCH,
    );
  }
}

function progressOf(
  { total, installed, duplicates, ignored, refused, skipped }: Replay,
  rejections: readonly Rejection[],
  { verdicts, settled }: StretchOutcome,
): Progress {
  const counts = { installed, duplicates, ignored, refused, skipped };
  for (const rejection of rejections) {
    const verdict = verdicts.get(rejection);
    const isOurs = verdict && settled.has(rejection.rejection_id);
    counts[isOurs ? COUNTER[verdict.state] : 'skipped']++;
  }
  const { first_seen_at, rejection_id } = rejections.at(-1)!;
  const seen = Object.values(counts).reduce((sum, count) => sum + count);
  return {
    ...counts,
    // Some that arrived before the replay was made are stored after it was counted.
    total: Math.max(total, seen),
    position: [first_seen_at.toISOString(), rejection_id],
  };
}

/** As JSON it has come back from the database with texts for times. */
function filterOf({ filter }: ReplayRequest): RejectionFilter {
  const { from, to } = filter;
  return {
    ...filter,
    from: from && new Date(from),
    to: to && new Date(to),
  };
}
