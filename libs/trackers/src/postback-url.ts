import {
  CANONICAL_FIELDS,
  type CanonicalField,
  IDENTIFIERS,
} from './canonical-field';
import { sourcesOf } from './plan';
import type { Mapping, TrackerAdapter } from './tracker-adapter';

export interface UrlOptions {
  /** Scheme and host, such as `https://postback.example.com`. */
  readonly origin: string;
  /** Unchanged in the URL; default {@link KEY_TO_REPLACE}. */
  readonly apiKey?: string;
  /** Fields in the URL, in addition to those that every postback needs; by default all that the tracker can fill in. */
  readonly fields?: readonly CanonicalField[];
}

/** The placeholder for the API key in a URL. */
export const KEY_TO_REPLACE = 'YOUR_API_KEY';

/** The URL to paste into the tracker's settings: canonical fields, filled in by its own macros. */
export function postbackUrl(
  tracker: TrackerAdapter,
  options: UrlOptions,
): string {
  const parameters = new Map<string, string>();
  // Always, so that messages about other events are not stored as installs.
  parameters.set('event_name', macroIn(tracker, 'event_name') ?? 'install');
  for (const field of wantedFields(tracker, options)) {
    const value = macroIn(tracker, field) ?? placeholderFor(tracker, field);
    if (value !== undefined) parameters.set(field, value);
  }
  return urlOf('custom', parameters, options);
}

/**
 * The URL for the tracker's own message. It has no fields if the tracker adds them, and the tracker's field names otherwise.
 * Undefined for a tracker that has no message of its own.
 */
export function messageUrl(
  tracker: TrackerAdapter,
  options: UrlOptions,
): string | undefined {
  const { name, message } = tracker;
  if (!message) return undefined;
  return urlOf(
    name,
    message.pushed ? new Map() : ownParameters(tracker, options),
    options,
  );
}

/** The macro for a field as it is written in a URL; undefined if there is none. */
export function macroIn(
  { fields, macro }: TrackerAdapter,
  field: CanonicalField,
): string | undefined {
  const mapping = fields[field];
  const name = typeof mapping === 'string' ? mapping : mapping?.macro;
  return name === undefined ? undefined : macro(name);
}

/**
 * The placeholder for a field that the user has to write into the URL. It looks like a macro that was not expanded, so that a
 * forgotten one causes a warning. Undefined for any other field.
 */
export function placeholderFor(
  { fields }: TrackerAdapter,
  field: CanonicalField,
): string | undefined {
  const mapping = fields[field];
  const isWritten =
    typeof mapping === 'object' && mapping.written !== undefined;
  return isWritten ? `__${field.toUpperCase()}__` : undefined;
}

function ownParameters(
  tracker: TrackerAdapter,
  options: UrlOptions,
): Map<string, string> {
  const { fields, macro, message } = tracker;
  const parameters = new Map<string, string>();
  for (const { name, absent } of message?.installs ?? []) {
    const [first] = [name].flat();
    // A tracker with a separate URL for installs needs no macro for the event.
    parameters.set(first, absent === 'holds' ? 'install' : macro(first));
  }
  for (const field of wantedFields(tracker, options)) {
    const [source] = sourcesOf(field, fields[field]);
    const value = macroIn(tracker, field) ?? placeholderFor(tracker, field);
    if (source && value !== undefined) parameters.set(source.name, value);
  }
  if (options.fields?.includes('cost') ?? true) {
    for (const { amount, currency, paidFor } of message?.costs ?? []) {
      for (const name of [amount, currency, paidFor?.name]) {
        if (name !== undefined) parameters.set(name, macro(name));
      }
    }
  }
  return parameters;
}

function wantedFields(
  { fields }: TrackerAdapter,
  { fields: wanted }: UrlOptions,
): CanonicalField[] {
  if (!wanted) {
    return CANONICAL_FIELDS.filter((field) => !isOptional(fields[field]));
  }
  // Without these fields every postback would be rejected.
  const named = IDENTIFIERS.some(
    (field) => wanted.includes(field) && fields[field],
  );
  const needed = [
    'publisher_name',
    ...(named ? [] : IDENTIFIERS.filter((field) => !isOptional(fields[field]))),
  ];
  return CANONICAL_FIELDS.filter(
    (field) => wanted.includes(field) || needed.includes(field),
  );
}

function isOptional(mapping: string | Mapping | undefined): boolean {
  return typeof mapping === 'object' && mapping.optional === true;
}

/** Macros are not escaped: trackers search for their exact text. */
function urlOf(
  tracker: string,
  parameters: ReadonlyMap<string, string>,
  { origin, apiKey = KEY_TO_REPLACE }: UrlOptions,
): string {
  const query = [['apikey', apiKey], ...parameters].map(
    ([name, value]) => `${name}=${value}`,
  );
  return `${origin}/track/install/v1/${tracker}?${query.join('&')}`;
}
