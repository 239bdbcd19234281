export { CANONICAL_FIELDS, type CanonicalField } from './canonical-field';
export {
  type AdaptedMessage,
  createReader,
  type MessageFault,
  type MessageReader,
  type MessageWarning,
} from './create-reader';
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
