/**
 * Rows that hold one count. Transactions at the same time choose different ones, so that they do not wait for each other's
 * COMMIT.
 */
const SLOTS = 4;

/** The columns that what is counted has in common: all dimensions of the counts but `kind` and `code`. */
export const COUNTED_COLUMNS = 'project_id, received_at, tracker';

/** SQL of the rows in a JSON array of {@link CountedPostback}s with their `count`. */
export const countedInJson = (parameter: string) => `
  select ${COUNTED_COLUMNS}, kind, code, count
  from json_to_recordset(${parameter}::json) as sent
    (project_id int, received_at timestamptz, tracker text, kind text, code text, count bigint)`;

/**
 * SQL that adds postbacks to the counts, in the transaction of what it counts.
 *
 * `counted` is the SQL of rows with {@link COUNTED_COLUMNS}, `kind`, `code` and `count`. This must be the last change of
 * its transaction. It locks its rows in one order: so no two transactions wait for each other.
 */
export const addCounts = (counted: string) => `
  insert into postback_count (project_id, hour, tracker, kind, code, slot, count)
  select project_id, date_trunc('hour', received_at, 'UTC') as hour, tracker, kind, code,
         pg_backend_pid() % ${SLOTS}, sum(count)
  from (${counted}) counted
  group by project_id, hour, tracker, kind, code
  order by project_id, hour, tracker, kind, code
  on conflict (project_id, hour, tracker, kind, code, slot)
  do update set count = postback_count.count + excluded.count`;
