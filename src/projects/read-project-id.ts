import { ProblemException } from '../problems/problem.exception';

const MAX_INT4 = 2_147_483_647;

/** The id of a project as it stands in a path. Throws the problem `not_found` for text that cannot be one. */
export function readProjectId(text: string): number {
  if (!/^[1-9][0-9]{0,9}$/.test(text) || Number(text) > MAX_INT4) {
    throw new ProblemException('not_found');
  }
  return Number(text);
}
