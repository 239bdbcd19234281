import type { QueryResult } from '@mikro-orm/core';
import { EntityManager } from '@mikro-orm/postgresql';
import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnModuleInit,
} from '@nestjs/common';
import { BackgroundTask } from './background-task';
import { DatabaseClock } from './database-clock';
import { BACKGROUND_PATIENCE, DatabaseGate } from './database-gate';

/** Rows of a statement, so that none takes long. */
const AT_ONCE = 1_000;
/** Milliseconds. */
const DELETE_EVERY = 60_000;

/** Which rows of a table have expired. */
export interface Expiry {
  readonly table: string;
  /** SQL with one placeholder, for the time before which rows have expired. */
  readonly condition: string;
  /** How long rows are stored. */
  readonly days: number;
}

/** Deletes expired rows every minute, in small statements. Several instances may do so at the same time. */
@Injectable()
export class ExpiredRows implements OnModuleInit, BeforeApplicationShutdown {
  private readonly expiries: Expiry[] = [];
  private task?: BackgroundTask;

  constructor(
    private readonly em: EntityManager,
    private readonly gate: DatabaseGate,
    private readonly clock: DatabaseClock,
  ) {}

  onModuleInit(): void {
    this.task = new BackgroundTask({
      run: (signal) => this.deleteAll(signal),
      every: DELETE_EVERY,
      failed: 'Expired rows could not be deleted; the next try is in a minute',
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.task?.stop();
  }

  /** For the module that owns the table. */
  register(expiry: Expiry): void {
    this.expiries.push(expiry);
  }

  /** Deletes the expired rows of all tables. An error with one table does not stop the others. */
  async deleteAll(signal?: AbortSignal): Promise<void> {
    const results = await Promise.allSettled(
      this.expiries.map((expiry) => this.delete(expiry, signal)),
    );
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  private async delete(
    { table, condition, days }: Expiry,
    signal?: AbortSignal,
  ): Promise<void> {
    const end = this.clock.daysAgo(days);
    // A row that is being changed is left for the next time.
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
