import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { PostbackEntityManager } from '../database/connections';
import { DatabaseClock } from '../database/database-clock';
import type { BadKeyCount } from './bad-key-count.entity';
import { BufferedCounter } from './buffered-counter';
import { hourOf } from './hours';

/** Addresses that are counted separately in one second; more come from an attack, and are counted together. */
const ADDRESSES = 100;
export const OTHER_ADDRESSES = 'others';

const ADD = `
  insert into bad_key_count (hour, address, count)
  select hour, address, count
  from json_to_recordset(?::json) as sent (hour timestamptz, address text, count bigint)
  order by hour, address
  on conflict (hour, address) do update set count = bad_key_count.count + excluded.count`;

/** Counts requests with an invalid key by address, and stores nothing else of them. */
@Injectable()
export class BadKeyCounter implements OnApplicationShutdown {
  private readonly buffer = new BufferedCounter<Omit<BadKeyCount, 'count'>>(
    (counts) => this.em.fork().execute(ADD, [JSON.stringify(counts)]),
  );

  constructor(
    private readonly em: PostbackEntityManager,
    private readonly clock: DatabaseClock,
  ) {}

  add(address: string): void {
    const hour = hourOf(this.clock.now());
    const isNamed = this.buffer.size < ADDRESSES;
    this.buffer.add({ hour, address: isNamed ? address : OTHER_ADDRESSES });
  }

  /** Stores what is buffered. */
  flush(): Promise<void> {
    return this.buffer.flush();
  }

  /** The connections are about to be closed. */
  async onApplicationShutdown(): Promise<void> {
    await this.buffer.stop();
  }
}
