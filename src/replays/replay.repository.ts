import { randomUUIDv7 } from 'node:crypto';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { DatabaseClock } from '../database/database-clock';
import { findPage } from '../paging/find-page';
import type { Page, PageRequest } from '../paging/page';
import {
  type Replay,
  type ReplayRequest,
  ReplaySchema,
  type ReplayState,
  UNFINISHED,
} from './replay.entity';
import { newLease } from './replay-lease.store';

@Injectable()
export class ReplayRepository {
  constructor(
    private readonly em: EntityManager,
    private readonly clock: DatabaseClock,
  ) {}

  /** A new one, which the caller holds. */
  async create(
    projectId: number,
    request: ReplayRequest,
    total: number,
    state: ReplayState,
  ): Promise<Replay & { lease_id: string }> {
    const now = this.clock.now();
    const replay = {
      project_id: projectId,
      replay_id: randomUUIDv7(),
      created_at: now,
      finished_at: null,
      state,
      request,
      total,
      position: null,
      installed: 0,
      duplicates: 0,
      ignored: 0,
      refused: 0,
      skipped: 0,
      ...newLease(now),
    };
    await this.em.fork().insert(ReplaySchema, replay);
    return replay;
  }

  /** How many of a project's have not ended. */
  countUnfinished(projectId: number): Promise<number> {
    return this.em.fork().count(ReplaySchema, {
      project_id: projectId,
      state: { $in: [...UNFINISHED] },
    });
  }

  /** Cancels one that has not ended. What is done stays done. */
  async cancel(projectId: number, replayId: string): Promise<void> {
    await this.em.fork().nativeUpdate(
      ReplaySchema,
      {
        project_id: projectId,
        replay_id: replayId,
        state: { $in: [...UNFINISHED] },
      },
      { state: 'cancelled', finished_at: this.clock.now() },
    );
  }

  /** Null when the project has no such replay. */
  find(projectId: number, replayId: string): Promise<Replay | null> {
    return this.em
      .fork()
      .findOne(ReplaySchema, { project_id: projectId, replay_id: replayId });
  }

  /** A page of a project's replays, the latest first. */
  list(projectId: number, page: PageRequest): Promise<Page<Replay>> {
    return findPage(
      this.em.fork(),
      ReplaySchema,
      {
        where: { project_id: projectId },
        sortBy: { replay_id: 'uuid' },
        direction: 'desc',
      },
      page,
    );
  }
}
