import { Injectable, type OnModuleDestroy } from '@nestjs/common';

/** The state of the shutdown: first readiness fails, then new requests are rejected and running ones finish. */
@Injectable()
export class Drain implements OnModuleDestroy {
  /** Readiness fails, so that load balancers stop sending requests. Requests that still arrive are served. */
  announced = false;
  /** New requests are rejected. */
  active = false;
  /** Settles when the server no longer listens. Rejections wait for it: a client that waits for a response opens no new connection. */
  deaf: Promise<void> = Promise.resolve();

  onModuleDestroy(): void {
    this.active = true;
  }
}
