import { applyDecorators, type Type } from '@nestjs/common';
import { ApiAnswer, ApiProblems } from '../openapi/answers.decorator';
import { PageOf } from '../paging/page.dto';

/** Documents a route that returns a page of items, and rejects a query that is not valid. */
export const ApiPage = (item: Type<object>, description: string) =>
  applyDecorators(
    ApiAnswer(200, PageOf(item), description),
    ApiProblems('invalid_request'),
  );
