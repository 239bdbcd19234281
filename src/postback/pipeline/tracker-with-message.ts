import { type TrackerAdapter, TRACKERS } from '@app/trackers';

/** A tracker that has its own path. */
export type TrackerWithMessage = TrackerAdapter &
  Required<Pick<TrackerAdapter, 'message'>>;

export const TRACKERS_WITH_MESSAGE = TRACKERS.filter(
  (tracker): tracker is TrackerWithMessage => tracker.message !== undefined,
);
