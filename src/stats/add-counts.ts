/** Rows that transactions at the same time may choose from, so that they do not wait for each other's COMMIT. */
const SLOTS = 4;

/**
 * SQL that adds the rows of `counts` (project_id, hour, tracker, kind, code, count) to the counts, in the transaction of
 * what they count. It comes last in it, and takes its rows in one order: so no two transactions wait for each other.
 */
export const ADD_COUNTS = `
  insert into postback_count (project_id, hour, tracker, kind, code, slot, count)
  select project_id, hour, tracker, kind, code, pg_backend_pid() % ${SLOTS}, count
  from counts
  order by project_id, hour, tracker, kind, code
  on conflict (project_id, hour, tracker, kind, code, slot)
  do update set count = postback_count.count + excluded.count`;
