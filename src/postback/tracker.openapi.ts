import { applyDecorators } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiExtraModels,
  ApiOperation,
  ApiQuery,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import { describeMessage, type MessageName } from '@app/trackers';
import { INSTALL_FIELDS } from '../fields/install-fields';
import { ApiAnswer } from '../openapi/answers.decorator';
import { IgnoredResultDto, PostbackResultDto } from './dto/postback-result.dto';
import { ApiIngestProblems, RATE_HEADERS } from './postback.openapi';
import type { TrackerWithMessage } from './tracker-with-message';

const MEANING = new Map(
  INSTALL_FIELDS.map(({ name, description }) => [name, description]),
);

/** Documents the address of a tracker's own messages; all of it comes from its declaration. */
export function ApiTrackerMessage(
  method: 'GET' | 'POST',
  tracker: TrackerWithMessage,
) {
  const names = describeMessage(tracker);
  const { example } = tracker.message;
  return applyDecorators(
    ApiTags('Trackers'),
    ApiExtraModels(PostbackResultDto, IgnoredResultDto),
    ApiOperation({
      operationId: `${method === 'GET' ? 'send' : 'post'}${capitalised(tracker.name)}`,
      summary: `${tracker.title}: its own message, ${method === 'GET' ? 'in the query' : 'in the body'}`,
      description: descriptionOf(tracker),
    }),
    ...(method === 'GET'
      ? names.map((each) =>
          ApiQuery({
            name: each.name,
            required: each.required,
            description: meaningOf(each),
            schema: { type: 'string' },
            example: exampleAt(example, each.name),
          }),
        )
      : [
          ApiConsumes('application/json', 'application/x-www-form-urlencoded'),
          ApiBody({
            required: false,
            schema: {
              type: 'object',
              description: names
                .map((each) => `- \`${each.name}\`: ${meaningOf(each)}`)
                .join('\n'),
              additionalProperties: true,
              example,
            },
          }),
        ]),
    ApiAnswer(
      200,
      {
        oneOf: [
          { $ref: getSchemaPath(PostbackResultDto) },
          { $ref: getSchemaPath(IgnoredResultDto) },
        ],
      },
      'The install is committed, now (`created`) or before (`duplicate`); or the message is no install (`ignored`)',
      { headers: RATE_HEADERS },
    ),
    ApiIngestProblems(method),
  );
}

function descriptionOf({
  title,
  documentation,
  facts,
  gotchas,
}: TrackerWithMessage) {
  return `Takes ${title}'s message as it is ([vendor's document](${documentation})). ${facts.transport}

${gotchas.map((each) => `- ${each}`).join('\n')}

The postback URL and more: \`GET /v1/trackers\`.`;
}

function meaningOf({ fields, required }: MessageName): string {
  const read = fields.map((field) => `\`${field}\` (${MEANING.get(field)})`);
  const meaning =
    read.length > 0
      ? `Read as ${read.join(', ')}`
      : 'Tells what the message is about';
  return required ? `${meaning}. Required` : meaning;
}

/** What the example holds under a name with dots. */
function exampleAt(example: unknown, name: string): unknown {
  const flat = (example as Record<string, unknown>)[name];
  if (flat !== undefined || !name.includes('.')) return flat;
  return name
    .split('.')
    .reduce<unknown>(
      (value, step) => (value as Record<string, unknown> | undefined)?.[step],
      example,
    );
}

const capitalised = (name: string) => name[0].toUpperCase() + name.slice(1);
