import { applyDecorators } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiExtraModels,
  ApiOperation,
  ApiQuery,
  ApiTags,
  getSchemaPath,
  type OpenAPIObject,
} from '@nestjs/swagger';
import { IDENTIFIERS } from '../fields/install-fields';
import { ApiAnswer, ApiProblems } from '../openapi/answers.decorator';
import { BatchResultDto } from './dto/batch-result.dto';
import { DryRunResultDto } from './dto/dry-run-result.dto';
import { InstallPostbackDto } from './pipeline/install-postback.dto';
import {
  IgnoredResultDto,
  PostbackResultDto,
  RefusedResultDto,
} from './dto/postback-result.dto';
import type { PostbackSource } from './pipeline/postback-source';
import {
  trackerBody,
  trackerDescription,
  trackerQuery,
} from './tracker.openapi';

const DESCRIPTION = `A 200 means that the install is committed to the database, exactly once. Anything else means that nothing is guaranteed: send the postback again, or correct it first.

Required: \`publisher_name\`, and at least one of \`ios_ifa\`, \`ios_ifv\`, \`os_id\`, \`google_aid\`, \`windows_aid\`, \`user_id\`. White space around a value is removed. An empty value or a placeholder (empty, \`null\`, \`none\`, \`n/a\`, a UUID of zeros, a macro that the tracker did not expand) counts as not sent and gives a warning. A field that is not listed here is ignored, with a warning.

A postback with an \`id\` is stored once for each project, tracker and \`id\`; without \`id\`, but with \`install_timestamp\`, once for all its fields together; with neither, each time.`;

const RATE_HEADERS = {
  'X-RateLimit-Limit': {
    description: 'Requests that the key may send in a window',
    schema: { type: 'integer' as const },
  },
  'X-RateLimit-Remaining': {
    description: 'Requests that remain in the current window',
    schema: { type: 'integer' as const },
  },
  'X-RateLimit-Reset': {
    description: 'Seconds until the next window',
    schema: { type: 'integer' as const },
  },
};

type Method = 'GET' | 'POST';

/** Documents the path for the postbacks of a source. The fields come from the DTO, or from the tracker's declaration. */
export const ApiPostback = (method: Method, source: PostbackSource) =>
  applyDecorators(
    ...ApiSending(method, source),
    ApiOperation({
      operationId: `${method === 'GET' ? 'send' : 'post'}${nameOf(source)}`,
      summary: `${titleOf(source)}, ${whereOf(method)}`,
      description: descriptionOf(method, source),
    }),
    ApiExtraModels(PostbackResultDto, IgnoredResultDto, RefusedResultDto),
    ApiAnswer(
      200,
      {
        oneOf: [
          PostbackResultDto,
          ...(source.tracker ? [IgnoredResultDto] : []),
          RefusedResultDto,
        ].map((each) => ({ $ref: getSchemaPath(each) })),
      },
      `The install is committed, now (\`created\`) or before (\`duplicate\`)${source.tracker ? '; or the message is not an install (`ignored`)' : ''}. If the key or its project has \`refuse_with\` 200: the postback is rejected, and the rejection is stored (\`refused\`)`,
      { headers: RATE_HEADERS },
    ),
    ApiIngestProblems(method),
  );

/** Documents the dry run of it. */
export const ApiDryRun = (method: Method, source: PostbackSource) =>
  applyDecorators(
    ...ApiSending(method, source),
    ApiOperation({
      operationId: `validate${method === 'GET' ? '' : 'Posted'}${nameOf(source)}`,
      summary: `Dry run: ${titleOf(source)}, ${whereOf(method)}; nothing is stored`,
      description: `Validates the postback without storing it, and returns the result that it would have. Returns 200 also for a postback that would be rejected.\n\n${descriptionOf(method, source)}`,
    }),
    ApiAnswer(200, DryRunResultDto, 'The result that the postback would have', {
      headers: RATE_HEADERS,
    }),
    ApiProblems(
      'invalid_key',
      'address_not_allowed',
      'scope_missing',
      'too_many_requests',
      'overloaded',
      'shutting_down',
    ),
  );

/** Documents the path for many of them. */
export const ApiBatch = (source: PostbackSource) =>
  applyDecorators(
    ApiTags(source.tracker ? 'Trackers' : 'Postbacks'),
    ApiExtraModels(InstallPostbackDto),
    ApiOperation({
      operationId: `post${nameOf(source)}Batch`,
      summary: `${titleOf(source)}, many at once`,
      description:
        'Send a JSON array, or one postback on each line (`application/x-ndjson`): at most 1,000 postbacks and 1 MiB. Blank lines are ignored. The response has one result for each postback, in the same order. Valid postbacks are stored even if others are rejected. A batch of n postbacks counts as n requests against the rate limit of the key. A batch that exceeds the rest of the window is rejected as a whole (429); a batch that exceeds the limit itself gets 413. Few batches are processed at the same time: send the next batch after the response to the last one.',
    }),
    ApiConsumes('application/json', 'application/x-ndjson'),
    ApiBody({
      schema: {
        type: 'array',
        maxItems: 1_000,
        items: source.tracker
          ? trackerBody(source.tracker)
          : { $ref: getSchemaPath(InstallPostbackDto) },
      },
    }),
    ApiAnswer(200, BatchResultDto, 'Every postback has its result', {
      headers: RATE_HEADERS,
    }),
    ApiProblems(
      'malformed_json',
      'invalid_encoding',
      'invalid_key',
      'address_not_allowed',
      'scope_missing',
      'payload_too_large',
      'unsupported_media_type',
      'too_many_requests',
      'overloaded',
      'shutting_down',
    ),
  );

/** Documents the parameters or the body. */
function ApiSending(method: Method, { tracker }: PostbackSource) {
  const tags = ApiTags(tracker ? 'Trackers' : 'Postbacks');
  if (method === 'GET') {
    return tracker
      ? [tags, ...trackerQuery(tracker)]
      : [
          tags,
          ApiExtraModels(InstallPostbackDto),
          ApiQuery({ type: InstallPostbackDto }),
        ];
  }
  return [
    tags,
    ApiExtraModels(InstallPostbackDto),
    ApiConsumes('application/json', 'application/x-www-form-urlencoded'),
    ApiBody({
      required: false,
      schema: tracker
        ? trackerBody(tracker)
        : { $ref: getSchemaPath(InstallPostbackDto) },
    }),
  ];
}

const whereOf = (method: Method) =>
  method === 'GET' ? 'in the query' : 'in the body';

const titleOf = ({ tracker }: PostbackSource) =>
  tracker ? `${tracker.title}: its own message` : 'Send an install';

/** The name in operation ids: AcmeAds for `acme-ads`. */
function nameOf({ name, tracker }: PostbackSource): string {
  return tracker
    ? name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())
    : 'Install';
}

function descriptionOf(method: Method, { tracker }: PostbackSource): string {
  if (tracker) return trackerDescription(tracker);
  return method === 'GET'
    ? DESCRIPTION
    : `${DESCRIPTION}\n\nFields may come in the body, in the query, or in both. A number in JSON is read with all its digits.`;
}

/** Documents the problems of a postback. */
const ApiIngestProblems = (method: Method) =>
  ApiProblems(
    'invalid_postback',
    'invalid_encoding',
    'malformed_json',
    'too_many_fields',
    'too_deep',
    'invalid_key',
    'address_not_allowed',
    'scope_missing',
    ...(method === 'GET'
      ? (['uri_too_long'] as const)
      : ([
          'uri_too_long',
          'payload_too_large',
          'unsupported_media_type',
        ] as const)),
    'too_many_requests',
    'overloaded',
    'shutting_down',
  );

/** Adds "at least one identifier" to the schema of a postback: no decorator can state it. */
export function requireIdentifier({ components }: OpenAPIObject): void {
  const schema = components?.schemas?.[InstallPostbackDto.name];
  if (!schema || '$ref' in schema) {
    throw new Error(`${getSchemaPath(InstallPostbackDto)} is not documented`);
  }
  schema.anyOf = IDENTIFIERS.map((name) => ({ required: [name] }));
}
