import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  Injectable,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { ProblemFilter } from '../../problems/problem.filter';
import { toProblem } from '../../problems/to-problem';
import type {
  IgnoredResultDto,
  RefusedResultDto,
} from '../dto/postback-result.dto';
import { NotAnInstallError } from '../pipeline/not-an-install.error';
import { isRejection, RejectionRecorder } from './rejection-recorder';
import { sentRequestOf } from './to-rejection';

/** Responds to every postback that is not stored as an install. It runs after the key guard, so it knows the project. */
@Injectable()
@Catch()
export class RejectedPostbackFilter implements ExceptionFilter {
  constructor(
    private readonly recorder: RejectionRecorder,
    private readonly problems: ProblemFilter,
  ) {}

  async catch(thrown: unknown, host: ArgumentsHost): Promise<void> {
    const http = host.switchToHttp();
    const request = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    let error = thrown;
    try {
      const result = await this.resultOf(thrown, request);
      if (result) {
        response.status(200).json(result);
        return;
      }
    } catch (failure) {
      // The rejection had to be stored before the response, and was not.
      error = failure;
    }
    this.problems.answer(error, request.id as string, response);
  }

  /** The body of a response with status 200; undefined if the response is the problem. */
  private async resultOf(
    thrown: unknown,
    request: Request,
  ): Promise<IgnoredResultDto | RefusedResultDto | undefined> {
    if (thrown instanceof NotAnInstallError) {
      return this.recorder.countIgnored(request, thrown.tracker);
    }
    const problem = toProblem(thrown);
    if (!request.apiKey || !isRejection(problem)) return undefined;
    return this.recorder.record(request, sentRequestOf(request), problem);
  }
}
