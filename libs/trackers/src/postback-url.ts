import {
  CANONICAL_FIELDS,
  type CanonicalField,
  IDENTIFIERS,
} from './canonical-field';
import { sourcesOf } from './create-reader';
import type { Mapping, TrackerAdapter } from './tracker-adapter';

export interface UrlOptions {
  /** Scheme and host, such as `https://postback.example.com`. */
  readonly origin: string;
  /** Stands in the URL as it is; without one there is a word to replace. */
  readonly apiKey?: string;
  /** Fields to name, besides what every postback needs; all that the tracker can fill in unless given. */
  readonly fields?: readonly CanonicalField[];
}

/** What stands in a URL for a key that is not told. */
export const KEY_TO_REPLACE = 'YOUR_API_KEY';

/** The URL to paste into the tracker's settings: canonical fields, filled in by its own macros. */
export function postbackUrl(
  tracker: TrackerAdapter,
  options: UrlOptions,
): string {
  const parameters = new Map<string, string>();
  // Whichever fields are wanted: it keeps other messages from being stored as installs.
  parameters.set('event_name', macroIn(tracker, 'event_name') ?? 'install');
  for (const field of wantedFields(tracker, options)) {
    const value = macroIn(tracker, field) ?? blankIn(tracker, field);
    if (value !== undefined) parameters.set(field, value);
  }
  return urlOf('custom', parameters, options);
}

/**
 * The URL for the tracker's own message: only its address where the tracker writes the message by
 * itself, else with its own names. Undefined for a tracker that has no message of its own.
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

/** The macro that gives a field, as it stands in a URL. */
export function macroIn(
  { fields, macro }: TrackerAdapter,
  field: CanonicalField,
): string | undefined {
  const mapping = fields[field];
  const name = typeof mapping === 'string' ? mapping : mapping?.macro;
  return name === undefined ? undefined : macro(name);
}

/** What stands for a field that whoever pastes the URL has to write: it reads as a macro that was not expanded, so that it is told when it is forgotten. */
export function blankIn(
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
    // What is one message for each event needs no macro to tell it.
    parameters.set(first, absent === 'holds' ? 'install' : macro(first));
  }
  for (const field of wantedFields(tracker, options)) {
    const [source] = sourcesOf(field, fields[field]);
    const value = macroIn(tracker, field) ?? blankIn(tracker, field);
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
  // Without these every postback would be refused.
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

/** Macros stand as they are: trackers look for them letter by letter. */
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
