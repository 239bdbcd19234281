import { WHOLE } from './rejection-group.entity';

/** Characters of a code and of a field: a bound for the key, though no sender can choose them. */
const MAX_NAME = 100;

const KEY = 'project_id, hour, tracker, code, field, state';
const COLUMNS = `${KEY}, requests, rejections, first_seen_at, last_seen_at, example_id`;

/** The columns of a rejection that its groups are made of. */
export const COUNTED = [
  'project_id',
  'rejection_id',
  'tracker',
  'code',
  'errors',
  'state',
  'first_seen_at',
  'last_seen_at',
  'count',
]
  .map((column) => `rejection.${column}`)
  .join(', ');

/** SQL of the `hour` of the groups that count all hours together, so that a reader without times reads few rows. */
export const ALL_HOURS = `timestamptz 'epoch'`;

/** SQL of a rejection's hour. */
const HOUR = `date_trunc('hour', first_seen_at, 'UTC')`;

/** SQL of a rejection's tracker: names of the sender's own would make groups without end. */
export const TRACKER = `case rejection.code when 'unknown_tracker' then 'unknown' else rejection.tracker end`;

/**
 * SQL that sums up rows of rejections by group. `changed` has the columns {@link COUNTED}, and by how much it changes its
 * groups: `requests` and `rejections`. A rejection with the same code and field twice counts once.
 */
const groupsOf = (changed: string, ...hours: readonly string[]) => `
  select project_id, hour, ${TRACKER} as tracker, fault.code, fault.field, state,
         sum(requests)::bigint as requests, sum(rejections)::int as rejections,
         min(first_seen_at) as first_seen_at, max(last_seen_at) as last_seen_at,
         max(rejection_id::text collate "C")::uuid as example_id
  from (${changed}) rejection cross join lateral (
    select rejection.code as code, '${WHOLE}' as field
    union
    select left(each->>'code', ${MAX_NAME}), left(each->>'field', ${MAX_NAME})
    from jsonb_array_elements(errors) each
  ) fault cross join lateral (
    values ${hours.map((hour) => `(${hour})`).join(', ')}
  ) hours (hour)
  group by 1, 2, 3, 4, 5, 6`;

/**
 * SQL that adds the rows of `changed` to their groups, in the commit of what it counts. It comes last in its statement, and
 * takes its rows in one order: so no two transactions wait for each other.
 */
export const ADD_TO_GROUPS = `
  insert into rejection_group (${COLUMNS})
  select ${COLUMNS} from (${groupsOf('select * from changed', HOUR, ALL_HOURS)}) added
  order by ${KEY}
  on conflict (${KEY}) do update set
    requests = rejection_group.requests + excluded.requests,
    rejections = rejection_group.rejections + excluded.rejections,
    first_seen_at = least(rejection_group.first_seen_at, excluded.first_seen_at),
    last_seen_at = greatest(rejection_group.last_seen_at, excluded.last_seen_at),
    example_id = greatest(rejection_group.example_id, excluded.example_id)`;

/** SQL that gives the hours of a project whose groups do not count its rejections as they are, in one snapshot. */
export const FIND_DIFFERENCES = `
  select distinct hour from (
    select ${HOUR} as hour, ${TRACKER} as tracker, code, state, count(*) as rejections, sum(count) as requests
    from rejection where project_id = ?
    group by 1, 2, 3, 4
  ) counted full join (
    select hour, tracker, code, state, rejections, requests
    from rejection_group where project_id = ? and hour > ${ALL_HOURS} and field = '${WHOLE}' and rejections <> 0
  ) grouped using (hour, tracker, code, state)
  where (counted.rejections, counted.requests) is distinct from (grouped.rejections, grouped.requests)`;

const setGroups = (counted: string, grouped: string) => `
  insert into rejection_group (${COLUMNS})
  select ${KEY}, coalesce(counted.requests, 0), coalesce(counted.rejections, 0),
         coalesce(counted.first_seen_at, grouped.first_seen_at),
         coalesce(counted.last_seen_at, grouped.last_seen_at),
         coalesce(counted.example_id, grouped.example_id)
  from (${counted}) counted
  full join (select ${COLUMNS} from rejection_group where ${grouped}) grouped using (${KEY})
  where (counted.requests, counted.rejections, counted.first_seen_at)
    is distinct from (grouped.requests, grouped.rejections, grouped.first_seen_at)
  order by ${KEY}
  on conflict (${KEY}) do update set
    requests = excluded.requests,
    rejections = excluded.rejections,
    first_seen_at = excluded.first_seen_at,
    last_seen_at = excluded.last_seen_at,
    example_id = excluded.example_id`;

/**
 * SQL that sets the groups of a project's hour to what its rejections say. What others commit meanwhile is overwritten: then
 * the hour differs again, and is found by the next comparison.
 */
export const REBUILD_HOUR = setGroups(
  groupsOf(
    `select ${COUNTED}, count as requests, 1 as rejections
     from rejection
     where project_id = ? and first_seen_at >= ?::timestamptz and first_seen_at < ?::timestamptz + interval '1 hour'`,
    HOUR,
  ),
  'project_id = ? and hour = ?',
);

/** SQL that sets the groups of all hours of a project to the sums of its hours; the same holds for what others commit. */
export const REBUILD_ALL_HOURS = setGroups(
  `select project_id, ${ALL_HOURS} as hour, tracker, code, field, state,
          sum(requests)::bigint as requests, sum(rejections)::int as rejections,
          min(first_seen_at) as first_seen_at, max(last_seen_at) as last_seen_at,
          max(example_id::text collate "C")::uuid as example_id
   from rejection_group where project_id = ? and hour > ${ALL_HOURS} and rejections <> 0
   group by 1, 2, 3, 4, 5, 6`,
  `project_id = ? and hour = ${ALL_HOURS}`,
);
