import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { SentPostback } from '../postback/postback';
import { causeOf } from '../problems/cause-of';
import { toProblem } from '../problems/to-problem';
import { ProjectsService } from '../projects/projects.service';
import type {
  Rejection,
  RejectionFilter,
} from '../rejections/rejection.entity';
import { RejectionRepository } from '../rejections/rejection.repository';
import type { Replay, ReplayRequest } from './replay.entity';
import { type Progress, ReplayRepository } from './replay.repository';
import { ReplayStretch } from './replay-stretch';
import type { Verdict } from './replay.service';

/** Rejections that are replayed at once; good postbacks are stored in between. */
const STRETCH = 50;
/** Milliseconds. */
const LOOK_EVERY = 5_000;

const COUNTER = {
  open: 'refused',
  installed: 'installed',
  duplicate: 'duplicates',
  ignored: 'ignored',
} as const satisfies Record<Verdict['state'], keyof Replay>;

/** Works on replays of many rejections; goes on with those that a process has left behind. */
@Injectable()
export class ReplayRunner
  implements OnApplicationBootstrap, BeforeApplicationShutdown
{
  private readonly logger = new Logger(ReplayRunner.name);
  private readonly running = new Set<Promise<void>>();
  private readonly stopping = new AbortController();
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly replays: ReplayRepository,
    private readonly rejections: RejectionRepository,
    private readonly projects: ProjectsService,
    private readonly stretch: ReplayStretch,
  ) {}

  onApplicationBootstrap(): void {
    this.track(this.goOn());
    this.timer = setInterval(() => this.track(this.goOn()), LOOK_EVERY).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    this.stopping.abort();
    await Promise.all(this.running);
  }

  /** Works on it from now on, on its own. */
  start(replay: Replay): void {
    this.track(this.run(replay));
  }

  private track(work: Promise<void>): void {
    const tracked: Promise<void> = work
      .catch((error: unknown) => this.warn(error))
      .finally(() => this.running.delete(tracked));
    this.running.add(tracked);
  }

  private async goOn(): Promise<void> {
    const abandoned = await this.replays.takeOver();
    if (abandoned) await this.run(abandoned);
  }

  private async run(replay: Replay): Promise<void> {
    try {
      await this.work(replay);
    } catch (error) {
      if (toProblem(error).status === 503 || this.stopping.signal.aborted) {
        throw error;
      }
      this.logger.error({ msg: 'A replay ended', ...causeOf(error) });
      await this.replays.end(replay, 'failed');
    }
  }

  private async work(replay: Replay): Promise<void> {
    const project = await this.projects.find(replay.project_id);
    const caller = {
      projectId: project.project_id,
      dedupeWithoutId: project.dedupe_without_id,
    };
    let lease: Date | undefined = replay.leased_until;
    let current = replay;
    while (lease) {
      current = { ...current, leased_until: lease };
      if (this.stopping.signal.aborted) return this.replays.giveBack(current);
      const stretch = await this.next(current);
      if (stretch.length === 0) return this.replays.finish(current);
      const progress = await this.replayAll(current, stretch, caller);
      current = { ...current, ...progress };
      lease = await this.replays.advance(current, progress);
    }
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

  private async replayAll(
    replay: Replay,
    stretch: readonly Rejection[],
    caller: SentPostback['caller'],
  ): Promise<Progress> {
    const { installed, duplicates, ignored, refused, skipped } = replay;
    const { first_seen_at, rejection_id } = stretch.at(-1)!;
    const progress = { installed, duplicates, ignored, refused, skipped };
    const { verdicts, settled } = await this.stretch.replay(
      stretch,
      caller,
      replay.request,
      this.stopping.signal,
    );
    for (const each of stretch) {
      const verdict = verdicts.get(each);
      const isOurs = verdict && settled.has(each.rejection_id);
      progress[isOurs ? COUNTER[verdict.state] : 'skipped']++;
    }
    return {
      ...progress,
      position: [first_seen_at.toISOString(), rejection_id],
    };
  }

  private warn(error: unknown): void {
    if (this.stopping.signal.aborted) return;
    this.logger.warn({
      msg: 'A replay came to a halt; it goes on in a moment',
      ...causeOf(error),
    });
  }
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
