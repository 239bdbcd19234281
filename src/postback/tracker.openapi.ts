import { ApiQuery } from '@nestjs/swagger';
import { describeMessage, type MessageName } from '@app/trackers';
import { INSTALL_FIELDS } from '../fields/install-fields';
import type { TrackerWithMessage } from './pipeline/tracker-with-message';

const MEANING = new Map(
  INSTALL_FIELDS.map(({ name, description }) => [name, description]),
);

/** The parameters of a tracker's own message. All documentation comes from the tracker's declaration. */
export function trackerQuery(tracker: TrackerWithMessage): MethodDecorator[] {
  return describeMessage(tracker).map((each) =>
    ApiQuery({
      name: each.name,
      required: each.required,
      description: meaningOf(each),
      schema: {
        type: 'string',
        example: exampleAt(tracker.message.example, each.name),
      },
    }),
  );
}

/** The schema of a tracker's own message as a body. */
export function trackerBody(tracker: TrackerWithMessage) {
  return {
    type: 'object',
    description: describeMessage(tracker)
      .map((each) => `- \`${each.name}\`: ${meaningOf(each)}`)
      .join('\n'),
    additionalProperties: true,
    example: tracker.message.example,
  };
}

export function trackerDescription({
  title,
  documentation,
  facts,
  gotchas,
}: TrackerWithMessage): string {
  return `Accepts the message of ${title} in its own field names ([vendor's document](${documentation})). ${facts.transport}

${gotchas.map((each) => `- ${each}`).join('\n')}

The postback URL and more: \`GET /v1/trackers\`.`;
}

function meaningOf({ fields, shows, required }: MessageName): string {
  const read = fields.map((field) => `\`${field}\` (${MEANING.get(field)})`);
  return [
    ...(read.length > 0 ? [`Read as ${read.join(', ')}`] : []),
    ...shows.map((each) => `Shows ${each}`),
    ...(required ? ['Required'] : []),
  ].join('. ');
}

/** The value at a name with dots in the example, as text for a query; undefined for an object or a missing value. */
function exampleAt(example: unknown, name: string): string | undefined {
  const flat = (example as Record<string, unknown>)[name];
  const value =
    flat ??
    name
      .split('.')
      .reduce<unknown>(
        (object, step) =>
          (object as Record<string, unknown> | undefined)?.[step],
        example,
      );
  return ['string', 'number', 'boolean'].includes(typeof value)
    ? String(value)
    : undefined;
}
