import { randomUUID } from 'node:crypto';
import type { LeasedJob, LeaseStore } from '@app/leasing';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { DatabaseClock } from '../database/database-clock';
import { type Replay, ReplaySchema, UNFINISHED } from './replay.entity';
import { ReplayTurns } from './replay-turns';

/** Milliseconds after which a replay that no instance renews is free. */
export const LEASE = 15_000;
/** Milliseconds that a statement waits for its turn at the database: a lease must be renewed before it ends. */
const PATIENCE = 4_000;

/** A replay that an instance holds; `leaseId` is the token of its claim. */
export interface ReplayJob extends LeasedJob {
  readonly owner: number;
  readonly leaseId: string;
}

/** How far a replay has come. */
export type Progress = Pick<
  Replay,
  | 'position'
  | 'total'
  | 'installed'
  | 'duplicates'
  | 'ignored'
  | 'refused'
  | 'skipped'
>;

type Claimed = Pick<Replay, 'project_id' | 'replay_id' | 'created_at'>;

/** Projects take turns, so that one with many does not keep the others out where there is little room. */
const CLAIM = `
  with free as (
    select project_id, replay_id, created_at,
           row_number() over (partition by project_id order by created_at) as turn
    from replay
    where state in ('waiting', 'running') and leased_until < now()
  ), locked as (
    select replay.project_id, replay.replay_id
    from replay join free using (project_id, replay_id)
    where replay.state in ('waiting', 'running') and replay.leased_until < now()
    order by free.turn, free.created_at
    limit ?
    for update of replay skip locked
  )
  update replay
  set state = 'waiting', lease_id = ?, leased_until = now() + ? * interval '1 millisecond'
  from locked
  where replay.project_id = locked.project_id and replay.replay_id = locked.replay_id
  returning replay.project_id, replay.replay_id, replay.created_at`;

const HELD = `json_to_recordset(?::json) as held (project_id int, replay_id uuid, lease_id uuid)
  where replay.project_id = held.project_id
    and replay.replay_id = held.replay_id
    and replay.lease_id = held.lease_id
    and replay.state in ('waiting', 'running')`;

const RENEW = `
  update replay set leased_until = now() + ? * interval '1 millisecond'
  from ${HELD}
  returning replay.replay_id`;

const RELEASE = `
  update replay set state = 'waiting', leased_until = 'epoch', lease_id = null
  from ${HELD}`;

/**
 * Which instance holds which replay. Only the claim that holds a replay changes it, but for a cancellation.
 *
 * An instance of the version before knows only `running` replays. It takes over a running one whose lease is over, leaves
 * alone those that wait, and does not cancel them. In the other direction, this takes over what that one has left behind.
 */
@Injectable()
export class ReplayLeaseStore implements LeaseStore<ReplayJob> {
  constructor(
    private readonly em: EntityManager,
    private readonly turns: ReplayTurns,
    private readonly clock: DatabaseClock,
  ) {}

  async claim(limit: number, leaseMs: number): Promise<ReplayJob[]> {
    const lease_id = randomUUID();
    const claimed = await this.takeTurn((em) =>
      em.execute<Claimed[]>(CLAIM, [limit, lease_id, leaseMs]),
    );
    return claimed.map((each) => toJob({ ...each, lease_id }));
  }

  async renew(
    jobs: readonly ReplayJob[],
    leaseMs: number,
  ): Promise<Set<string>> {
    const renewed = await this.takeTurn((em) =>
      em.execute<Pick<Replay, 'replay_id'>[]>(RENEW, [leaseMs, toJson(jobs)]),
    );
    return new Set(renewed.map(({ replay_id }) => replay_id));
  }

  async release(jobs: readonly ReplayJob[]): Promise<void> {
    await this.takeTurn((em) => em.execute(RELEASE, [toJson(jobs)]));
  }

  /** The replay, which runs from now on; null when it is cancelled, or another instance holds it. */
  async begin(job: ReplayJob): Promise<Replay | null> {
    const isHeld = await this.change(job, { state: 'running' });
    return isHeld
      ? this.takeTurn((em) => em.findOne(ReplaySchema, keyOf(job)))
      : null;
  }

  /** Stores how far it has come; false when it is cancelled, or another instance holds it. */
  advance(job: ReplayJob, progress: Progress): Promise<boolean> {
    return this.change(job, progress);
  }

  /** What others have settled in the meantime was not seen, and counts as skipped. */
  async finish(
    job: ReplayJob,
    { total, installed, duplicates, ignored, refused, skipped }: Replay,
  ): Promise<void> {
    const unseen = total - installed - duplicates - ignored - refused;
    await this.change(job, {
      skipped: Math.max(skipped, unseen),
      state: 'done',
      finished_at: this.clock.now(),
    });
  }

  async fail(job: ReplayJob): Promise<void> {
    await this.change(job, {
      state: 'failed',
      finished_at: this.clock.now(),
    });
  }

  private async change(
    job: ReplayJob,
    changes: Partial<Replay>,
  ): Promise<boolean> {
    const which = {
      ...keyOf(job),
      lease_id: job.leaseId,
      state: { $in: [...UNFINISHED] },
    };
    const changed = await this.takeTurn((em) =>
      em.nativeUpdate(ReplaySchema, which, changes),
    );
    return changed > 0;
  }

  private takeTurn<T>(work: (em: EntityManager) => Promise<T>): Promise<T> {
    return this.turns.take(() => work(this.em.fork()), PATIENCE);
  }
}

/** Of a replay that is stored in this moment, and held by whoever stores it. */
export function newLease(now: Date) {
  return {
    lease_id: randomUUID(),
    leased_until: new Date(now.getTime() + LEASE),
  };
}

export function toJob({
  project_id,
  replay_id,
  created_at,
  lease_id,
}: Claimed & { lease_id: string }): ReplayJob {
  return {
    id: replay_id,
    owner: project_id,
    // A plain statement may return it as a text.
    createdAt: new Date(created_at),
    leaseId: lease_id,
  };
}

const keyOf = ({ owner, id }: ReplayJob) => ({
  project_id: owner,
  replay_id: id,
});

function toJson(jobs: readonly ReplayJob[]): string {
  return JSON.stringify(
    jobs.map((job) => ({ ...keyOf(job), lease_id: job.leaseId })),
  );
}
