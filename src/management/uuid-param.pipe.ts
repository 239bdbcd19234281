import { readUuid } from '@app/reading';
import type { PipeTransform } from '@nestjs/common';
import { ProblemException } from '../problems/problem.exception';

/** Reads an identifier of ours from the path; what is no UUID names nothing. */
export class UuidParamPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    const uuid = readUuid(value);
    if (uuid === undefined) throw new ProblemException('not_found');
    return uuid;
  }
}
