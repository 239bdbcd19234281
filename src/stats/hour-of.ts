const HOUR = 3_600_000;

/** The beginning of the hour, UTC. */
export function hourOf(time: Date): Date {
  return new Date(time.getTime() - (time.getTime() % HOUR));
}
