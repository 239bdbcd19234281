import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { ALL_HOURS, TRACKER } from './add-to-groups';
import type { RejectionGroupDto } from './dto/rejection-summary.dto';
import type { RejectionFilter } from './rejection.entity';
import { WHOLE } from './rejection-group.entity';

const GROUPS = 100;
/** The newest rejections that are searched for an example when the one that a group names is gone. */
const NEWEST = 1_000;
/** The one problem whose errors have codes of their own. */
const OF_SEVERAL_FAULTS = 'invalid_postback';

/** A condition with one placeholder, and its value. */
type Condition = readonly [sql: string, value: unknown];

/** Reads what postbacks were refused for from counters, whose number does not grow with that of the rejections. */
@Injectable()
export class RejectionSummary {
  constructor(private readonly em: EntityManager) {}

  /** The most frequent groups first, 100 at most. `from` and `to` choose whole hours of first arrival. */
  async read(
    projectId: number,
    filter: RejectionFilter,
  ): Promise<RejectionGroupDto[]> {
    const groups = groupsIn(projectId, filter);
    const examples = examplesIn(projectId, filter);
    const newest = [...examples, ...hoursIn(filter, 'first_seen_at')];
    const found = await this.em.fork().execute<RejectionGroupDto[]>(
      `with found as materialized (
         select tracker, code, field,
                sum(requests)::float8 as requests,
                sum(rejections)::int as rejections,
                coalesce(sum(rejections) filter (where state = 'open'), 0)::int as open,
                min(first_seen_at) as first_seen_at,
                max(last_seen_at) as last_seen_at,
                max(example_id::text collate "C")::uuid as candidate
         from rejection_group where rejections > 0 and ${and(groups)}
         group by tracker, code, field
         order by requests desc, tracker, code, field
         limit ${GROUPS}
       ), newest as materialized (
         select distinct on (tracker, code, field)
                tracker, fault->>'code' as code, fault->>'field' as field, rejection_id, fault
         from (
           select rejection_id, first_seen_at, ${TRACKER} as tracker, errors from rejection where ${and(newest)}
           order by first_seen_at desc, rejection_id desc limit ${NEWEST}
         ) rejection cross join jsonb_array_elements(errors) fault
         order by tracker, code, field, first_seen_at desc, rejection_id desc
       )
       select tracker, code, case field when '${WHOLE}' then 'request' else field end as field,
              requests, rejections, open, first_seen_at, last_seen_at,
              example.rejection_id as example_id, example.fault as example
       from found left join lateral (
         (select rejection_id, coalesce(
            (select fault from jsonb_array_elements(errors) fault
             where fault->>'code' = found.code and fault->>'field' = found.field limit 1),
            errors->0) as fault
          from rejection where rejection_id = candidate and ${and(examples)})
         union all
         (select rejection_id, fault from newest
          where tracker = found.tracker and code = found.code and field = found.field)
         limit 1
       ) example on true
       order by requests desc, tracker, code, field`,
      [...groups, ...newest, ...examples].map(([, value]) => value),
    );
    return found.map((group) =>
      Object.assign(group, {
        first_seen_at: new Date(group.first_seen_at),
        last_seen_at: new Date(group.last_seen_at),
      }),
    );
  }
}

function and(conditions: readonly Condition[]): string {
  return conditions.map(([sql]) => sql).join(' and ');
}

function groupsIn(projectId: number, filter: RejectionFilter): Condition[] {
  const { tracker, code, field, state } = filter;
  const conditions: Condition[] = [
    [
      `hour ${filter.from || filter.to ? '>' : '='} ${ALL_HOURS} and rejection_group.project_id = ?`,
      projectId,
    ],
    ...hoursIn(filter, 'hour'),
  ];
  if (tracker !== undefined) conditions.push(['tracker = ?', tracker]);
  if (code !== undefined) conditions.push(['code = ?', code]);
  if (field !== undefined) conditions.push(['field = ?', field]);
  else if (code === OF_SEVERAL_FAULTS) conditions.push(['field = ?', WHOLE]);
  else conditions.push(['field <> ?', WHOLE]);
  if (state !== undefined) conditions.push(['state = ?', state]);
  return conditions;
}

function examplesIn(projectId: number, { state }: RejectionFilter) {
  const conditions: Condition[] = [['rejection.project_id = ?', projectId]];
  if (state !== undefined) conditions.push(['rejection.state = ?', state]);
  return conditions;
}

const hourOf = (bound: string) => `date_trunc('hour', ${bound}, 'UTC')`;

function hoursIn({ from, to }: RejectionFilter, column: string): Condition[] {
  const conditions: Condition[] = [];
  if (from) {
    conditions.push([`${column} >= ${hourOf('?::timestamptz')}`, from]);
  }
  // The hour that `to` is in counts, unless it begins there.
  if (to) {
    const end = hourOf(`?::timestamptz + interval '59 min 59.999 s'`);
    conditions.push([`${column} < ${end}`, to]);
  }
  return conditions;
}
