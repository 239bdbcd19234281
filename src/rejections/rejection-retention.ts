import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnModuleInit,
} from '@nestjs/common';
import { Env } from '../config/env';
import { BackgroundTask } from '../database/background-task';
import { DatabaseClock } from '../database/database-clock';
import { RejectionEviction } from './rejection-eviction';

/** Milliseconds. */
const ERASE_EVERY = 60_000;
const RECONCILE_EVERY = 3_600_000;
/** New rejections of this instance after which it deletes immediately. */
const ERASE_AFTER = 5_000;

/** Deletes rejections that have expired, and those above the limit of a project. Corrects the counters of rejections. */
@Injectable()
export class RejectionRetention
  implements OnModuleInit, BeforeApplicationShutdown
{
  private erasure?: BackgroundTask;
  private reconciliation?: BackgroundTask;
  private storedSince = 0;

  constructor(
    private readonly eviction: RejectionEviction,
    private readonly clock: DatabaseClock,
    private readonly env: Env,
  ) {}

  onModuleInit(): void {
    this.erasure = new BackgroundTask({
      run: (signal) => this.erase(signal),
      every: ERASE_EVERY,
      failed:
        'Old rejections could not be deleted; the next try is in a minute',
    });
    this.reconciliation = new BackgroundTask({
      run: (signal) => this.eviction.reconcile(signal),
      every: RECONCILE_EVERY,
      failed:
        'The counters of rejections could not be compared; the next try is in an hour',
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.erasure?.stop(), this.reconciliation?.stop()]);
  }

  /** Call it for each new rejection that this instance has stored: it limits what a flood can add between two deletions. */
  noteStored(rejections: number): void {
    this.storedSince += rejections;
    if (this.storedSince >= ERASE_AFTER) this.erasure?.runNow();
  }

  /** Several instances may do so at the same time. */
  async erase(signal?: AbortSignal): Promise<void> {
    this.storedSince = 0;
    const end = this.clock.daysAgo(this.env.REJECTION_RETENTION_DAYS);
    await this.eviction.erase(end, this.env.REJECTION_LIMIT, signal);
  }
}
