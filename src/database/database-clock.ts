import {
  Injectable,
  type BeforeApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { PostbackEntityManager } from './connections';

/** Milliseconds. */
const COMPARE_EVERY = 1_000;
/** A comparison that took longer says too little. */
const TOO_VAGUE = 500;
/** Less may be the way to the database and back; clocks that are kept by NTP differ by less. */
const TOLERANCE = 1_000;

/** The time that all instances agree on: of this machine's clock as long as it is right, else of the database's. */
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

  /** Before the connections are closed: the ORM would open a new one for a late comparison, and leave it open. */
  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.comparison;
  }

  now(): Date {
    return new Date(Date.now() + this.behind);
  }

  /** Keeps what it knows while the database does not answer. */
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
