import {
  Injectable,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';

/** Milliseconds. */
const LOOK_EVERY = 100;

/**
 * Measures how late the event loop runs its timers. `perf_hooks.monitorEventLoopDelay` returns a histogram; overload is the
 * smaller of the last two delays in a row, which a histogram does not contain.
 */
@Injectable()
export class EventLoopLag implements OnModuleInit, OnApplicationShutdown {
  /** Milliseconds: the smaller of the last two delays, because a single pause is not an overload. */
  lasting = 0;
  private timer?: NodeJS.Timeout;

  onModuleInit(): void {
    let due = performance.now() + LOOK_EVERY;
    let before = 0;
    this.timer = setInterval(() => {
      const now = performance.now();
      const late = Math.max(0, now - due);
      this.lasting = Math.min(before, late);
      before = late;
      due = now + LOOK_EVERY;
    }, LOOK_EVERY).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }
}
