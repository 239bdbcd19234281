import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { BACKGROUND_PATIENCE, DatabaseGate } from '../database/database-gate';
import {
  ADD_TO_GROUPS,
  COUNTED,
  ALL_HOURS,
  FIND_DIFFERENCES,
  REBUILD_ALL_HOURS,
  REBUILD_HOUR,
  TRACKER,
} from './add-to-groups';
import { type Kind, planEviction } from './plan-eviction';
import { WHOLE } from './rejection-group.entity';

/** Rows of a statement, so that none takes long. */
const AT_ONCE = 1_000;

/** Skips rows that a postback or a replay is changing, so that neither waits. */
const eraseWhere = (condition: string) => `
  with obsolete as (
    select project_id, rejection_id from rejection
    where project_id = ? and ${condition}
    order by first_seen_at, rejection_id
    limit ?
    for update skip locked
  ), erased as (
    delete from rejection using obsolete
    where rejection.project_id = obsolete.project_id and rejection.rejection_id = obsolete.rejection_id
    returning ${COUNTED}
  ), changed as (
    select *, -count as requests, -1 as rejections from erased
  ), grouped as (${ADD_TO_GROUPS})
  select count(*)::int as erased from erased`;

const ERASE_OLD = eraseWhere('first_seen_at < ?');
const ERASE_SETTLED = eraseWhere(`first_seen_at >= ? and state <> 'open'`);
const ERASE_KIND = eraseWhere(
  `first_seen_at >= ? and state = 'open' and ${TRACKER} = ? and code = ?`,
);

/** The projects that have something to erase. */
const FIND_PROJECTS = `
  select project_id from project
  where exists (
    select from rejection where rejection.project_id = project.project_id and first_seen_at < ?
  ) or (
    select sum(rejections) from rejection_group
    where rejection_group.project_id = project.project_id and hour = ${ALL_HOURS} and field = '${WHOLE}'
  ) > ?`;

/** By kind; what is settled, together, has no kind. `since`: no older one is there. */
const COUNT_KINDS = `
  select case state when 'open' then tracker end as tracker,
         case state when 'open' then code end as code,
         sum(rejections)::int as rejections, min(first_seen_at)::text as since
  from rejection_group
  where project_id = ? and hour = ${ALL_HOURS} and field = '${WHOLE}' and rejections > 0
  group by 1, 2`;

interface Counted extends Omit<Kind, 'tracker'> {
  readonly tracker: string | null;
  readonly since: string;
}

const isOpen = (counted: Counted): counted is Counted & Kind =>
  counted.tracker !== null;

/** Takes its rows in any order, but waits for none. */
const SWEEP_EMPTY = `
  with empty as (
    select ctid from rejection_group
    where project_id = ? and rejections = 0
    for update skip locked
  )
  delete from rejection_group using empty
  where rejection_group.ctid = empty.ctid`;

/** Erases rejections in small statements, and sets the counters right. */
@Injectable()
export class RejectionEviction {
  constructor(
    private readonly em: EntityManager,
    private readonly gate: DatabaseGate,
  ) {}

  /** Erases what came first before `end`, and what a project has above `limit`, unless it is aborted. */
  async erase(end: Date, limit: number, signal?: AbortSignal): Promise<void> {
    const projects = await this.execute<Project>(FIND_PROJECTS, end, limit);
    const isAborted = () => signal?.aborted;
    for (const { project_id } of projects) {
      let erased = true;
      while (erased && !isAborted()) {
        erased =
          (await this.eraseSome(ERASE_OLD, AT_ONCE, project_id, end)) ||
          (await this.eraseExcess(project_id, limit));
      }
    }
  }

  /**
   * Erases some of what is above `limit`: first what is settled, then of the largest kinds; the oldest first. Returns false
   * when nothing is. Counts anew each time, so that instances at the same time erase 1,000 too many at most.
   */
  private async eraseExcess(project: number, limit: number): Promise<boolean> {
    const counted = await this.execute<Counted>(COUNT_KINDS, project);
    const excess =
      counted.reduce((sum, { rejections }) => sum + rejections, 0) - limit;
    if (excess <= 0) return false;
    const settled = counted.find((each) => !isOpen(each));
    if (
      settled &&
      (await this.eraseSome(ERASE_SETTLED, excess, project, settled.since))
    ) {
      return true;
    }
    const open = counted.filter(isOpen);
    for (const { tracker, code, rejections, since } of planEviction(
      open,
      excess,
    )) {
      const which = [project, since, tracker, code];
      if (await this.eraseSome(ERASE_KIND, rejections, ...which)) return true;
    }
    return false;
  }

  /** Sets the counters right where they differ from the rejections: instances of a version before them do not count. */
  async reconcile(signal?: AbortSignal): Promise<void> {
    const projects = await this.execute<Project>(
      'select project_id from project',
    );
    for (const { project_id: project } of projects) {
      if (signal?.aborted) return;
      const hours = await this.execute<{ hour: string }>(
        FIND_DIFFERENCES,
        project,
        project,
      );
      for (const { hour } of hours) {
        await this.execute(REBUILD_HOUR, project, hour, hour, project, hour);
      }
      await this.execute(REBUILD_ALL_HOURS, project, project);
      await this.execute(SWEEP_EMPTY, project);
    }
  }

  /** Returns whether there was any. */
  private async eraseSome(
    sql: string,
    rows: number,
    ...which: readonly unknown[]
  ): Promise<boolean> {
    const limit = Math.min(rows, AT_ONCE);
    const [{ erased }] = await this.execute<{ erased: number }>(
      sql,
      ...which,
      limit,
    );
    return erased > 0;
  }

  private execute<Row extends object>(
    sql: string,
    ...params: readonly unknown[]
  ): Promise<Row[]> {
    return this.gate.run(
      'retention',
      () => this.em.fork().execute<Row[]>(sql, [...params]),
      BACKGROUND_PATIENCE,
    );
  }
}

interface Project {
  readonly project_id: number;
}
