import { Injectable, type OnModuleDestroy } from '@nestjs/common';

/** Knows whether the service is on its way out: then it takes no new work and finishes what it has. */
@Injectable()
export class Drain implements OnModuleDestroy {
  active = false;

  onModuleDestroy(): void {
    this.active = true;
  }
}
