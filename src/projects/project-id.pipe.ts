import type { PipeTransform } from '@nestjs/common';
import { ProblemException } from '../problems/problem.exception';

const MAX_INT4 = 2_147_483_647;

/** Reads a project's number from the path; what is no such number names no project. */
export class ProjectIdPipe implements PipeTransform<string, number> {
  transform(value: string): number {
    if (!/^[1-9][0-9]{0,9}$/.test(value) || Number(value) > MAX_INT4) {
      throw new ProblemException('not_found');
    }
    return Number(value);
  }
}
