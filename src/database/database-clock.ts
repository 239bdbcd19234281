import {
  Injectable,
  type BeforeApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { PostbackEntityManager } from './connections';

/** Milliseconds. */
const COMPARE_EVERY = 1_000;
/** Milliseconds. The result of a longer comparison is too inaccurate. */
const TOO_VAGUE = 500;
/** Milliseconds. Smaller differences may be network latency; clocks with NTP differ by less. */
const TOLERANCE = 1_000;
const DAY = 86_400_000;

/** The time that all instances agree on: the clock of this machine if it is right, else the clock of the database. */
@Injectable()
export class DatabaseClock implements OnModuleInit, BeforeApplicationShutdown {
  /** Milliseconds that this machine's clock is behind. */
  private behind = 0;
  private timer?: NodeJS.Timeout;
  private comparison: Promise<void> = Promise.resolve();

  constructor(private readonly em: PostbackEntityManager) {}

  async onModuleInit(): Promise<void> {
    await this.compare();
    this.timer = setInterval(() => {
      this.comparison = this.compare();
    }, COMPARE_EVERY).unref();
  }

  /** Runs before the connections are closed: for a later comparison the ORM would open a new one and leave it open. */
  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.comparison;
  }

  now(): Date {
    return new Date(Date.now() + this.behind);
  }

  daysAgo(days: number): Date {
    return new Date(this.now().getTime() - days * DAY);
  }

  /** Without a response of the database, the last result remains valid. */
  private async compare(): Promise<void> {
    const before = Date.now();
    const time = await this.ask().catch(() => undefined);
    const took = Date.now() - before;
    if (time === undefined || took < 0 || took > TOO_VAGUE) return;
    const behind = time - (before + took / 2);
    this.behind = Math.abs(behind) > TOLERANCE ? Math.round(behind) : 0;
  }

  /** Milliseconds since 1970. */
  private async ask(): Promise<number> {
    const [{ time }] = await this.em
      .fork()
      .execute<{ time: number }[]>(
        'select (extract(epoch from clock_timestamp()) * 1000)::float8 as time',
      );
    return time;
  }
}
