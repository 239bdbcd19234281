import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { PostbackEntityManager } from '../database/connections';
import { ADD_COUNTS } from './add-counts';
import { hourOf } from './hour-of';
import type { CountKind, PostbackCount } from './postback-count.entity';
import { Tally } from './tally';

/** One postback to be counted. */
export interface Counted {
  readonly projectId: number;
  readonly receivedAt: Date;
  readonly tracker: string;
  readonly kind: CountKind;
  /** Empty unless the kind has codes. */
  readonly code: string;
}

type CountKey = Omit<PostbackCount, 'slot' | 'count'>;

const ADD = `
  with counts as (
    select project_id, hour, tracker, kind, code, sum(count)::bigint as count
    from json_to_recordset(?::json) as sent
      (project_id int, hour timestamptz, tracker text, kind text, code text, count bigint)
    group by 1, 2, 3, 4, 5
  )
  ${ADD_COUNTS}`;

/** Counts the postbacks that are stored in no transaction. A process that is killed loses the last second of them. */
@Injectable()
export class SideCounts implements OnApplicationShutdown {
  private readonly tally = new Tally<CountKey>((counts) =>
    this.em.fork().execute(ADD, [JSON.stringify(counts)]),
  );

  constructor(private readonly em: PostbackEntityManager) {}

  add(counted: Counted): void {
    this.tally.add(toCountKey(counted));
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

export function toCountKey({
  projectId,
  receivedAt,
  ...counted
}: Counted): CountKey {
  return { project_id: projectId, hour: hourOf(receivedAt), ...counted };
}
