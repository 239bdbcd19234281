import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
} from '@nestjs/common';
import type { Response } from 'express';
import { Ignored, IGNORED } from './ignored';

/** Answers 200, so that nobody repeats it. */
@Catch(Ignored)
export class IgnoredFilter implements ExceptionFilter<Ignored> {
  catch(_: Ignored, host: ArgumentsHost): void {
    host.switchToHttp().getResponse<Response>().status(200).json(IGNORED);
  }
}
