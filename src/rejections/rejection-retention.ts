import { EntityManager } from '@mikro-orm/postgresql';
import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnModuleInit,
} from '@nestjs/common';
import { Env } from '../config/env';
import { BackgroundTask } from '../database/background-task';
import { DatabaseClock } from '../database/database-clock';
import { BACKGROUND_PATIENCE, DatabaseGate } from '../database/database-gate';
import { RejectionEviction } from './rejection-eviction';

/** Milliseconds. */
const SWEEP_EVERY = 60_000;
const RECONCILE_EVERY = 3_600_000;
const DAY = 86_400_000;
/** New rejections of this instance after which it does not wait for the next sweep. */
const SWEEP_AFTER = 5_000;

/** Erases what is older than it may be, and what is more than there may be; sets counters right that differ. */
@Injectable()
export class RejectionRetention
  implements OnModuleInit, BeforeApplicationShutdown
{
  private sweep?: BackgroundTask;
  private comparison?: BackgroundTask;
  private kept = 0;

  constructor(
    private readonly em: EntityManager,
    private readonly gate: DatabaseGate,
    private readonly eviction: RejectionEviction,
    private readonly clock: DatabaseClock,
    private readonly env: Env,
  ) {}

  onModuleInit(): void {
    this.sweep = new BackgroundTask({
      run: (signal) => this.erase(signal),
      every: SWEEP_EVERY,
      failed: 'Old rejections could not be erased; the next try is in a minute',
    });
    this.comparison = new BackgroundTask({
      run: (signal) => this.eviction.reconcile(signal),
      every: RECONCILE_EVERY,
      failed:
        'The counters of rejections could not be compared; the next try is in an hour',
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.sweep?.stop(), this.comparison?.stop()]);
  }

  /** This instance has kept so many new ones. Bounds what a flood can add between two sweeps. */
  noteKept(rejections: number): void {
    this.kept += rejections;
    if (this.kept >= SWEEP_AFTER) this.sweep?.runNow();
  }

  /** Several instances may do so at once. */
  async erase(signal?: AbortSignal): Promise<void> {
    this.kept = 0;
    const end = new Date(
      this.clock.now().getTime() - this.env.REJECTION_RETENTION_DAYS * DAY,
    );
    await this.eviction.erase(end, this.env.REJECTION_LIMIT, signal);
    await this.delete('delete from bad_key_count where hour < ?', end);
    await this.delete('delete from replay where created_at < ?', end);
  }

  private async delete(sql: string, end: Date): Promise<void> {
    await this.gate.run(
      'retention',
      () => this.em.fork().execute(sql, [end], 'run'),
      BACKGROUND_PATIENCE,
    );
  }
}
