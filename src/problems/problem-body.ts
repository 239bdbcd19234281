import type { FieldFault } from '../fields/field-fault';
import { PROBLEMS } from './problem-codes';
import type { ProblemDto } from './problem.dto';
import type { ProblemException } from './problem.exception';

/** The media type of a problem (RFC 9457). */
export const PROBLEM_TYPE = 'application/problem+json';

/** Every fault of a request. A fault of the request as a whole has the field `request`. */
export function faultsOf({
  code,
  detail,
  errors,
}: ProblemException): FieldFault[] {
  return errors ? [...errors] : [{ field: 'request', code, message: detail }];
}

/** The JSON body of a problem; with status 400 it lists every fault. */
export function problemBody(
  problem: ProblemException,
  requestId: string,
): ProblemDto {
  const { code, status, detail } = problem;
  const errors = status === 400 ? faultsOf(problem) : undefined;
  return {
    type: `/docs/problems/${code}`,
    title: PROBLEMS[code].title,
    status,
    detail,
    code,
    request_id: requestId,
    ...(errors && { errors }),
    ...problem.more,
  };
}
