import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { BadKeyCounter } from './bad-key-counter';
import type {
  BadKeyCountDto,
  HourlyCountsDto,
  PostbackCountsDto,
} from './dto/stats.dto';
import type { PostbackCount } from './postback-count.entity';
import { PostbackCounter } from './postback-counter';

type Row = Omit<PostbackCount, 'project_id' | 'slot'>;

const READ = `
  select hour, tracker, kind, code, sum(count)::float8 as count
  from postback_count
  where project_id = ? and hour >= ? and hour < ?
  group by 1, 2, 3, 4
  order by 1, 2, 3, 4`;

const READ_BAD_KEYS = `
  select address, sum(count)::float8 as requests, min(hour) as first_hour, max(hour) as last_hour
  from bad_key_count
  where hour >= ? and hour < ?
  group by 1
  order by 2 desc, 1
  limit 100`;

@Injectable()
export class StatsService {
  constructor(
    private readonly em: EntityManager,
    private readonly postbackCounter: PostbackCounter,
    private readonly badKeyCounter: BadKeyCounter,
  ) {}

  /** What became of a project's postbacks in these whole hours, by hour and tracker. */
  async read(
    projectId: number,
    from: Date,
    to: Date,
  ): Promise<{ total: PostbackCountsDto; data: HourlyCountsDto[] }> {
    // What this instance knows and has not written yet.
    await this.postbackCounter.flush();
    const rows = await this.em
      .fork()
      .execute<Row[]>(READ, [projectId, from, to]);
    const groups = Map.groupBy(rows, ({ hour, tracker }) =>
      JSON.stringify([hour, tracker]),
    );
    return {
      total: add(rows),
      data: [...groups.values()].map((group) => ({
        hour: new Date(group[0].hour),
        tracker: group[0].tracker,
        ...add(group),
      })),
    };
  }

  /** Where bad keys came from in these whole hours. */
  async readBadKeys(from: Date, to: Date): Promise<BadKeyCountDto[]> {
    await this.badKeyCounter.flush();
    const rows = await this.em
      .fork()
      .execute<BadKeyCountDto[]>(READ_BAD_KEYS, [from, to]);
    return rows.map(({ address, requests, first_hour, last_hour }) => ({
      address,
      requests,
      first_hour: new Date(first_hour),
      last_hour: new Date(last_hour),
    }));
  }
}

function add(rows: readonly Row[]) {
  const counts = {
    created: 0,
    duplicates: 0,
    ignored: 0,
    refused: 0,
    refused_by_code: {} as Record<string, number>,
    unlogged: 0,
    replayed: 0,
    warnings: {} as Record<string, number>,
  };
  for (const { kind, code, count } of rows) {
    if (kind === 'fault') addTo(counts.refused_by_code, code, count);
    else if (kind === 'warning') addTo(counts.warnings, code, count);
    else counts[kind === 'duplicate' ? 'duplicates' : kind] += count;
  }
  return counts;
}

function addTo(
  counts: Record<string, number>,
  code: string,
  count: number,
): void {
  counts[code] = (counts[code] ?? 0) + count;
}
