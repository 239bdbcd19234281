import { JsonObject, type JsonValue } from '@app/reading';
import {
  createReader,
  type SentValue,
  type TrackerAdapter,
  type TrackerMessage,
} from '../src';

export const INSTALLS = [
  { name: 'kind', is: ['install'], absent: 'holds' },
] as const satisfies TrackerMessage['installs'];

/** Reads one message with a reader for these fields; `message` overrides parts of the declaration. */
export function read(
  fields: TrackerAdapter['fields'],
  sent: Record<string, SentValue | readonly SentValue[]>,
  message: Partial<TrackerMessage> = {},
) {
  const reader = createReader(fields, {
    pushed: true,
    installs: INSTALLS,
    example: {},
    ...message,
  });
  return reader(
    new Map(
      Object.entries(sent).map(([name, value]) => [
        name,
        Array.isArray(value) ? value : [value as SentValue],
      ]),
    ),
  );
}

export const object = (members: Record<string, JsonValue>) =>
  new JsonObject(Object.entries(members));

/** Remarks as `field code`. */
export const codesOf = (
  remarks: readonly { field: string; code: string }[] = [],
) => remarks.map(({ field, code }) => `${field} ${code}`);
