import type { QueryResult } from '@mikro-orm/core';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { DatabaseClock } from './database-clock';
import { BACKGROUND_PATIENCE, DatabaseGate } from './database-gate';

/** Rows of a statement, so that none takes long. */
const AT_ONCE = 1_000;
/** Milliseconds. */
const DAY = 86_400_000;

/** Deletes rows that have expired, in small statements. Several instances may do so at once. */
@Injectable()
export class ExpiredRows {
  constructor(
    private readonly em: EntityManager,
    private readonly gate: DatabaseGate,
    private readonly clock: DatabaseClock,
  ) {}

  /** The time before which rows have expired that are stored for so many days. */
  endOf(days: number): Date {
    return new Date(this.clock.now().getTime() - days * DAY);
  }

  /** Deletes the rows of `table` that meet an SQL condition with one placeholder, for `end`, unless it is aborted. */
  async delete(
    table: string,
    condition: string,
    end: Date,
    signal?: AbortSignal,
  ): Promise<void> {
    // A row that somebody else changes is left for the next time.
    const sql = `
      with expired as (
        select ctid from ${table} where ${condition} limit ${AT_ONCE} for update skip locked
      )
      delete from ${table} using expired where ${table}.ctid = expired.ctid`;
    const isAborted = () => signal?.aborted;
    let deleted = AT_ONCE;
    while (deleted === AT_ONCE && !isAborted()) {
      const { affectedRows } = await this.gate.run(
        'retention',
        () => this.em.fork().execute<QueryResult>(sql, [end], 'run'),
        BACKGROUND_PATIENCE,
      );
      deleted = affectedRows;
    }
  }
}
