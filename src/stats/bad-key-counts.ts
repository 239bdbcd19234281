import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { PostbackEntityManager } from '../database/connections';
import { DatabaseClock } from '../database/database-clock';
import type { BadKeyCount } from './bad-key-count.entity';
import { hourOf } from './hour-of';
import { Tally } from './tally';

/** Addresses of one second that are told apart; who has more is attacking, and the rest is counted together. */
const ADDRESSES = 100;
export const OTHER_ADDRESSES = 'others';

const ADD = `
  insert into bad_key_count (hour, address, count)
  select hour, address, count
  from json_to_recordset(?::json) as sent (hour timestamptz, address text, count bigint)
  order by hour, address
  on conflict (hour, address) do update set count = bad_key_count.count + excluded.count`;

/** Counts the requests with a bad key by their addresses, and keeps nothing else of them. */
@Injectable()
export class BadKeyCounts implements OnApplicationShutdown {
  private readonly tally = new Tally<Omit<BadKeyCount, 'count'>>((counts) =>
    this.em.fork().execute(ADD, [JSON.stringify(counts)]),
  );

  constructor(
    private readonly em: PostbackEntityManager,
    private readonly clock: DatabaseClock,
  ) {}

  add(address: string): void {
    const hour = hourOf(this.clock.now());
    const isNamed = this.tally.size < ADDRESSES;
    this.tally.add({ hour, address: isNamed ? address : OTHER_ADDRESSES });
  }

  /** Writes what waits. */
  flush(): Promise<void> {
    return this.tally.flush();
  }

  /** The connections are about to be closed. */
  async onApplicationShutdown(): Promise<void> {
    await this.tally.stop();
  }
}
