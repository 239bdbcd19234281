import { Injectable, type OnModuleDestroy } from '@nestjs/common';

/** Knows whether the service is on its way out: first it only says so, then it takes no new work and finishes what it has. */
@Injectable()
export class Drain implements OnModuleDestroy {
  /** Load balancers should look elsewhere; what they send all the same is served. */
  announced = false;
  /** No new work is taken. */
  active = false;
  /** Settles when nobody can connect any more. What is refused is told so only then: who waits for an answer opens no new connection. */
  deaf: Promise<void> = Promise.resolve();

  onModuleDestroy(): void {
    this.active = true;
  }
}
