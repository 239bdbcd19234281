import {
  Injectable,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';

/** Milliseconds. */
const LOOK_EVERY = 100;

/** Knows how late this process is with what it has to do. */
@Injectable()
export class EventLoopLag implements OnModuleInit, OnApplicationShutdown {
  /** Milliseconds that the last two looks came late, both of them: a single pause is no overload. */
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
