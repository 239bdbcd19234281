import { ProblemException } from '../problems/problem.exception';

/** The value, if there is one. Throws the problem `not_found` for null and undefined. */
export function orNotFound<Value>(
  value: Value | null | undefined,
): NonNullable<Value> {
  if (value === null || value === undefined) {
    throw new ProblemException('not_found');
  }
  return value;
}
