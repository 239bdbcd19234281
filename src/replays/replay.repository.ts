import { randomUUIDv7 } from 'node:crypto';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { DatabaseClock } from '../database/database-clock';
import { findPage } from '../http/find-page';
import type { Page, PageQueryDto } from '../http/page.dto';
import { type Replay, type ReplayRequest, ReplaySchema } from './replay.entity';

/** Milliseconds after which a replay that nobody has worked on is anybody's. */
const LEASE = 15_000;

/** How far a stretch of a replay has come. */
export type Progress = Pick<
  Replay,
  'position' | 'installed' | 'duplicates' | 'ignored' | 'refused' | 'skipped'
>;

@Injectable()
export class ReplayRepository {
  constructor(
    private readonly em: EntityManager,
    private readonly clock: DatabaseClock,
  ) {}

  /** A new one, which is the caller's to work on. */
  async create(
    projectId: number,
    request: ReplayRequest,
    total: number,
  ): Promise<Replay> {
    const replay: Replay = {
      project_id: projectId,
      replay_id: randomUUIDv7(),
      created_at: this.clock.now(),
      state: 'running',
      request,
      total,
      position: null,
      installed: 0,
      duplicates: 0,
      ignored: 0,
      refused: 0,
      skipped: 0,
      leased_until: this.nextLease(),
    };
    await this.em.fork().insert(ReplaySchema, replay);
    return replay;
  }

  /** One that nobody works on, because the process that did was killed or stopped; it is the caller's from now on. */
  async takeOver(): Promise<Replay | undefined> {
    const em = this.em.fork();
    const [abandoned] = await em.find(
      ReplaySchema,
      { state: 'running', leased_until: { $lt: this.clock.now() } },
      { orderBy: { leased_until: 'asc' }, limit: 1 },
    );
    if (!abandoned) return undefined;
    const lease = await this.advance(abandoned, {});
    return lease && { ...abandoned, leased_until: lease };
  }

  /** What others have settled in the meantime was not seen, and counts as skipped. */
  async finish(replay: Replay): Promise<void> {
    const { total, installed, duplicates, ignored, refused, skipped } = replay;
    const unseen = total - installed - duplicates - ignored - refused;
    await this.advance(replay, {
      skipped: Math.max(skipped, unseen),
      state: 'done',
      finished_at: this.clock.now(),
    });
  }

  /** Leaves it to whoever comes next. */
  async giveBack({
    project_id,
    replay_id,
    leased_until,
  }: Replay): Promise<void> {
    await this.em
      .fork()
      .nativeUpdate(
        ReplaySchema,
        { project_id, replay_id, leased_until, state: 'running' },
        { leased_until: new Date(0) },
      );
  }

  /** What is done stays done. */
  async end(
    { project_id, replay_id }: Pick<Replay, 'project_id' | 'replay_id'>,
    state: 'cancelled' | 'failed',
  ): Promise<void> {
    await this.em
      .fork()
      .nativeUpdate(
        ReplaySchema,
        { project_id, replay_id, state: 'running' },
        { state, finished_at: this.clock.now() },
      );
  }

  /** Null when the project has no such replay. */
  find(projectId: number, replayId: string): Promise<Replay | null> {
    return this.em
      .fork()
      .findOne(ReplaySchema, { project_id: projectId, replay_id: replayId });
  }

  /** A page of a project's replays, the latest first. */
  list(projectId: number, query: PageQueryDto): Promise<Page<Replay>> {
    return findPage(
      this.em.fork(),
      ReplaySchema,
      {
        where: { project_id: projectId },
        sortBy: { replay_id: 'uuid' },
        direction: 'desc',
      },
      query,
    );
  }

  /**
   * Writes down how far it has come. Answers the new lease; undefined when it is cancelled, or somebody else's: the lease
   * that one has seen is what one holds, so of two that would take it over, one does.
   */
  async advance(
    { project_id, replay_id, leased_until }: Replay,
    changes: Partial<Replay>,
  ): Promise<Date | undefined> {
    const lease = this.nextLease();
    const changed = await this.em
      .fork()
      .nativeUpdate(
        ReplaySchema,
        { project_id, replay_id, leased_until, state: 'running' },
        { ...changes, leased_until: lease },
      );
    return changed > 0 ? lease : undefined;
  }

  private nextLease(): Date {
    return new Date(this.clock.now().getTime() + LEASE);
  }
}
