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

/** Deletes the addresses of requests with an invalid key when they have expired. */
@Injectable()
export class BadKeyRetention
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
      failed:
        'Old counts of invalid keys could not be deleted; the next try is in a minute',
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.task?.stop();
  }

  async deleteExpired(signal?: AbortSignal): Promise<void> {
    const end = this.rows.endOf(this.env.REJECTION_RETENTION_DAYS);
    await this.rows.delete('bad_key_count', 'hour < ?', end, signal);
  }
}
