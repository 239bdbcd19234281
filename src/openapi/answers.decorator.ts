import { applyDecorators, type Type } from '@nestjs/common';
import {
  ApiExtraModels,
  ApiResponse,
  type ApiResponseOptions,
  type ApiResponseSchemaHost,
  getSchemaPath,
} from '@nestjs/swagger';
import { PROBLEMS, type ProblemCode } from '../problems/problem-codes';
import { ProblemDto } from '../problems/problem.dto';
import { PROBLEM_TYPE } from '../problems/problem-body';

const REQUEST_ID = {
  'X-Request-Id': {
    description: 'The id of the request; include it in support requests',
    schema: { type: 'string' as const, format: 'uuid' },
  },
};

/** Documents a successful response. */
export const ApiAnswer = (
  status: number,
  answer: Type<unknown> | NonNullable<ApiResponseSchemaHost['schema']>,
  description: string,
  options: Pick<ApiResponseOptions, 'headers'> = {},
) =>
  ApiResponse({
    status,
    ...(typeof answer === 'function' ? { type: answer } : { schema: answer }),
    description,
    headers: { ...REQUEST_ID, ...options.headers },
  });

/** Every route may return these. */
const ANYWHERE = ['internal', 'overloaded', 'database_unavailable'] as const;

/** Documents the problems that a route may return, by their codes; those with the same status share a description. */
export function ApiProblems(...codes: ProblemCode[]) {
  const byStatus = Map.groupBy(
    new Set([...codes, ...ANYWHERE]),
    (code) => PROBLEMS[code].status,
  );
  return applyDecorators(
    ApiExtraModels(ProblemDto),
    ...[...byStatus].map(([status, sameStatus]) =>
      ApiResponse({
        status,
        description: sameStatus
          .map((code) => `\`${code}\`: ${PROBLEMS[code].meaning}`)
          .join('\n\n'),
        headers: {
          ...REQUEST_ID,
          ...(status === 429 || status === 503 ? RETRY_AFTER : {}),
        },
        content: {
          [PROBLEM_TYPE]: {
            schema: { $ref: getSchemaPath(ProblemDto) },
            example: exampleOf(sameStatus[0]),
          },
        },
      }),
    ),
  );
}

const RETRY_AFTER = {
  'Retry-After': {
    description: 'Seconds after which to send the request again',
    schema: { type: 'integer' as const },
  },
};

function exampleOf(code: ProblemCode): ProblemDto {
  const { title, status, meaning } = PROBLEMS[code];
  return {
    type: `/docs/problems/${code}`,
    title,
    status,
    detail: meaning,
    code,
    request_id: '019aad1c-4c00-7000-8000-000000000000',
    ...(code === 'invalid_postback' && {
      errors: [
        {
          field: 'publisher_name',
          code: 'required',
          message: 'publisher_name is required',
        },
      ],
    }),
  };
}
