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
import { OutcomesService } from './outcomes.service';
import { isRefusal, sentRequestOf } from '../../rejections/refusal';

/** Answers every postback that is not stored; behind the key guard, it knows whose it is. */
@Injectable()
@Catch()
export class OutcomeFilter implements ExceptionFilter {
  constructor(
    private readonly outcomes: OutcomesService,
    private readonly problems: ProblemFilter,
  ) {}

  async catch(thrown: unknown, host: ArgumentsHost): Promise<void> {
    const http = host.switchToHttp();
    const request = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    try {
      response.status(200).json(await this.answerTo(thrown, request));
    } catch (error) {
      this.problems.answer(error, request.id as string, response);
    }
  }

  /** What is said with a 200; throws what is not. */
  private async answerTo(
    thrown: unknown,
    request: Request,
  ): Promise<IgnoredResultDto | RefusedResultDto> {
    if (thrown instanceof NotAnInstallError) {
      return this.outcomes.ignore(request, thrown.tracker);
    }
    const problem = toProblem(thrown);
    if (!request.apiKey || !isRefusal(problem)) throw thrown;
    const sent = sentRequestOf(request);
    const answer = await this.outcomes.refuse(request, sent, problem);
    if (!answer) throw thrown;
    return answer;
  }
}
