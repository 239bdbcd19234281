import * as adapters from './adapters';
import type { TrackerAdapter } from './tracker-adapter';

/** All trackers, by name. */
export const TRACKERS: readonly TrackerAdapter[] =
  Object.values<TrackerAdapter>(adapters).toSorted((a, b) =>
    a.name < b.name ? -1 : 1,
  );

export function findTracker(name: string): TrackerAdapter | undefined {
  return TRACKERS.find((tracker) => tracker.name === name);
}
