import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { PostbackEntityManager } from '../database/connections';
import { addCounts, countedInJson } from './add-counts-sql';
import { BufferedCounter } from './buffered-counter';
import { hourOf } from './hours';
import type { CountKind } from './postback-count.entity';

/** One postback to be counted. */
export interface CountedPostback {
  readonly project_id: number;
  readonly received_at: Date;
  readonly tracker: string;
  readonly kind: CountKind;
  /** Of a fault or a warning; else empty. */
  readonly code: string;
}

const ADD = addCounts(countedInJson('?'));

/** Counts postbacks outside of transactions, once a second. If the process is killed, the last second is lost. */
@Injectable()
export class PostbackCounter implements OnApplicationShutdown {
  private readonly buffer = new BufferedCounter<CountedPostback>((counts) =>
    this.em.fork().execute(ADD, [JSON.stringify(counts)]),
  );

  constructor(private readonly em: PostbackEntityManager) {}

  add(counted: CountedPostback): void {
    this.buffer.add({ ...counted, received_at: hourOf(counted.received_at) });
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
