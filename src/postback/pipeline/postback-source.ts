import { CanonicalPipe } from './canonical.pipe';
import { TrackerPipe } from './tracker.pipe';
import type { AdaptedPostback, SentPostback } from './postback';
import {
  type TrackerWithMessage,
  TRACKERS_WITH_MESSAGE,
} from './tracker-with-message';

/** A path for postbacks, and the names that they use. */
export interface PostbackSource {
  /** Last segment of the path. */
  readonly name: string;
  /** The adapter: maps those names to canonical fields. */
  readonly adapt: { transform(sent: SentPostback): AdaptedPostback };
  /** Absent for the canonical names. */
  readonly tracker?: TrackerWithMessage;
}

/** All paths for postbacks. */
export const POSTBACK_SOURCES: readonly PostbackSource[] = [
  { name: 'custom', adapt: new CanonicalPipe() },
  ...TRACKERS_WITH_MESSAGE.map((tracker) => ({
    name: tracker.name,
    adapt: new TrackerPipe(tracker),
    tracker,
  })),
];
