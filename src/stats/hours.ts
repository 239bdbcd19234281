import type { DatabaseClock } from '../database/database-clock';
import { ProblemException } from '../problems/problem.exception';
import type { StatsQueryDto } from './dto/stats.dto';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MAX_DAYS = 31;
/** PostgreSQL and JavaScript write the year 10000 differently. */
const LAST_END = Date.UTC(9999, 11, 31, 23);

/** The beginning of the hour of a time, UTC. */
export function hourOf(time: Date): Date {
  return new Date(time.getTime() - (time.getTime() % HOUR));
}

/** The whole hours of a query. Throws `invalid_request` when there are none, or too many. */
export function hoursOf(
  { from, to }: StatsQueryDto,
  clock: DatabaseClock,
): { from: Date; to: Date } {
  const last = to ?? clock.now();
  const end = new Date(hourOf(new Date(last.getTime() - 1)).getTime() + HOUR);
  const begin = hourOf(from ?? new Date(end.getTime() - DAY));
  const span = end.getTime() - begin.getTime();
  if (end.getTime() > LAST_END) {
    throw invalid('to', 'to must be before the last hour of the year 9999');
  }
  if (span <= 0 || span > MAX_DAYS * DAY || begin.getTime() < 0) {
    throw invalid(
      'from',
      `from must be before to, by at most ${MAX_DAYS} days, and not before 1970`,
    );
  }
  return { from: begin, to: end };
}

function invalid(field: string, message: string): ProblemException {
  return new ProblemException('invalid_request', {
    errors: [{ field, code: 'invalid_value', message }],
  });
}
