import { readUuid } from '@app/reading';
import type { PipeTransform } from '@nestjs/common';
import { ProblemException } from '../problems/problem.exception';

/** Reads a UUID from the path. Throws the problem `not_found` for any other text. */
export class UuidParamPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    const uuid = readUuid(value);
    if (uuid === undefined) throw new ProblemException('not_found');
    return uuid;
  }
}
