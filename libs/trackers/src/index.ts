export { CANONICAL_FIELDS, type CanonicalField } from './canonical-field';
export { createReader } from './create-reader';
export type {
  AdaptedMessage,
  MessageFault,
  MessageReader,
  MessageWarning,
} from './adapted-message';
export { describeFields, type DescribedField } from './describe-fields';
export { describeMessage, type MessageName } from './describe-message';
export type { Message, SentValue } from './message';
export { messageUrl, postbackUrl, type UrlOptions } from './postback-url';
export { findTracker, TRACKERS } from './registry';
export type {
  Condition,
  Cost,
  Mapping,
  Source,
  TrackerAdapter,
  TrackerFacts,
  TrackerMessage,
} from './tracker-adapter';
