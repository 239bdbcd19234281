import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnModuleInit,
} from '@nestjs/common';
import { Env } from '../config/env';
import { BackgroundTask } from '../database/background-task';
import { ExpiredRows } from '../database/expired-rows';

/** Milliseconds. */
const DELETE_EVERY = 60_000;

/** A replay may still process rejections that were there when it was created, so it expires after them. */
const HAS_EXPIRED = `
  created_at < ? and not exists (
    select from rejection
    where rejection.project_id = replay.project_id and rejection.first_seen_at <= replay.created_at
  )`;

/** Deletes replays when they have expired. */
@Injectable()
export class ReplayRetention
  implements OnModuleInit, BeforeApplicationShutdown
{
  private task?: BackgroundTask;

  constructor(
    private readonly rows: ExpiredRows,
    private readonly env: Env,
  ) {}

  onModuleInit(): void {
    this.task = new BackgroundTask({
      run: (signal) => this.deleteExpired(signal),
      every: DELETE_EVERY,
      failed: 'Old replays could not be deleted; the next try is in a minute',
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.task?.stop();
  }

  async deleteExpired(signal?: AbortSignal): Promise<void> {
    const end = this.rows.endOf(this.env.REJECTION_RETENTION_DAYS);
    await this.rows.delete('replay', HAS_EXPIRED, end, signal);
  }
}
