import { TRACKERS } from '@app/trackers';

/** Stands for every name in a path that is no tracker's. The path itself is kept. */
export const UNKNOWN_TRACKER = 'unknown';

/** Those with a path here, and those that get one later. */
const KNOWN: ReadonlySet<string> = new Set([
  'custom',
  ...TRACKERS.map(({ name }) => name),
]);

/** The name that a tracker is counted by: names that a sender makes up would make counters without end. */
export function toKnownTracker(name: string | undefined): string {
  return name !== undefined && KNOWN.has(name) ? name : UNKNOWN_TRACKER;
}

/** SQL of the same, for the rejections of versions that stored any name. */
export function knownTrackerSql(column: string): string {
  const names = [...KNOWN].map((name) => `'${name}'`).join(', ');
  return `case when ${column} in (${names}) then ${column} else '${UNKNOWN_TRACKER}' end`;
}
