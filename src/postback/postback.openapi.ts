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
import { ApiAnswer, ApiProblems } from '../openapi/answers.decorator';
import { InstallPostbackDto } from './dto/install-postback.dto';
import { PostbackResultDto } from './dto/postback-result.dto';

const DESCRIPTION = `A 200 means that the install is committed to the database, exactly once. Anything else means that nothing was promised: send it again, or correct it.

Required: \`publisher_name\`, and at least one of \`ios_ifa\`, \`ios_ifv\`, \`os_id\`, \`google_aid\`, \`windows_aid\`, \`user_id\`. White space around a value is dropped. A value that means nothing (empty, \`null\`, \`none\`, \`n/a\`, a UUID of zeros, a macro that the tracker did not expand) counts as not sent and gives a warning. A field that is not listed here is ignored, with a warning.

A postback with an \`id\` is stored once for each project, tracker and \`id\`; without \`id\`, but with \`install_timestamp\`, once for all its fields together; with neither, each time.`;

export const RATE_HEADERS = {
  'X-RateLimit-Limit': {
    description: 'Requests that the key may send in a window',
    schema: { type: 'integer' as const },
  },
  'X-RateLimit-Remaining': {
    description: 'Requests that are left of them',
    schema: { type: 'integer' as const },
  },
  'X-RateLimit-Reset': {
    description: 'Seconds until the next window',
    schema: { type: 'integer' as const },
  },
};

/** Documents the ingest endpoint; the fields come from the DTO. */
export const ApiPostback = (method: 'GET' | 'POST') =>
  applyDecorators(
    ApiTags('Postbacks'),
    ApiExtraModels(InstallPostbackDto),
    ApiOperation({
      operationId: method === 'GET' ? 'sendInstall' : 'postInstall',
      summary:
        method === 'GET'
          ? 'Send an install in the query'
          : 'Send an install in the body',
      description:
        method === 'GET'
          ? DESCRIPTION
          : `${DESCRIPTION}\n\nFields may come in the body, in the query, or in both. A number in JSON is read with all its digits.`,
    }),
    ...(method === 'GET'
      ? [ApiQuery({ type: InstallPostbackDto })]
      : [
          ApiConsumes('application/json', 'application/x-www-form-urlencoded'),
          ApiBody({
            required: false,
            schema: { $ref: getSchemaPath(InstallPostbackDto) },
          }),
        ]),
    ApiAnswer(
      200,
      PostbackResultDto,
      'The install is committed: stored now (`created`) or before (`duplicate`)',
      { headers: RATE_HEADERS },
    ),
    ApiIngestProblems(method),
  );

/** Documents how a postback can be refused. */
export const ApiIngestProblems = (method: 'GET' | 'POST') =>
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
