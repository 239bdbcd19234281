import { CanonicalPipe } from './canonical.pipe';
import { TrackerPipe } from './tracker.pipe';
import type { AdaptedPostback, SentPostback } from './postback';
import {
  type TrackerWithMessage,
  TRACKERS_WITH_MESSAGE,
} from './tracker-with-message';

/** Whose names the postbacks of one address are in. */
export interface PostbackSource {
  /** Last part of the path. */
  readonly name: string;
  /** The pipe that turns those names into ours. */
  readonly adapt: { transform(sent: SentPostback): AdaptedPostback };
  /** Absent for our own names. */
  readonly tracker?: TrackerWithMessage;
}

/** Every address that takes postbacks. */
export const POSTBACK_SOURCES: readonly PostbackSource[] = [
  { name: 'custom', adapt: new CanonicalPipe() },
  ...TRACKERS_WITH_MESSAGE.map((tracker) => ({
    name: tracker.name,
    adapt: new TrackerPipe(tracker),
    tracker,
  })),
];
