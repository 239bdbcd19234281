import {
  CANONICAL_FIELDS,
  describeFields,
  messageUrl,
  postbackUrl,
  type TrackerAdapter,
  type UrlOptions,
} from '@app/trackers';
import type { TrackerDto, TrackerSummaryDto } from './dto/tracker.dto';

export function toSummary({
  name,
  title,
  documentation,
  message,
}: TrackerAdapter): TrackerSummaryDto {
  return {
    tracker: name,
    title,
    documentation,
    own_message: message !== undefined,
  };
}

export function toTrackerDto(
  tracker: TrackerAdapter,
  options: UrlOptions,
): TrackerDto {
  const { installId, ...facts } = tracker.facts;
  const fields = describeFields(tracker).map(
    ({ field, names, macro = null }) => ({ field, names: [...names], macro }),
  );
  const known = new Set(fields.map(({ field }) => field));
  return Object.assign(toSummary(tracker), {
    postback_url: postbackUrl(tracker, options),
    message_url: messageUrl(tracker, options) ?? null,
    ...facts,
    install_id: installId,
    gotchas: tracker.gotchas,
    fields,
    missing_fields: CANONICAL_FIELDS.filter(
      (field) => field !== 'event_name' && !known.has(field),
    ),
  });
}
