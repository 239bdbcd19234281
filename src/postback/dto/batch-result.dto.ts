import { ApiExtraModels, ApiProperty, getSchemaPath } from '@nestjs/swagger';
import { ProblemDto } from '../../problems/problem.dto';
import {
  IgnoredResultDto,
  PostbackResultDto,
  RefusedResultDto,
} from './postback-result.dto';

@ApiExtraModels(
  PostbackResultDto,
  IgnoredResultDto,
  RefusedResultDto,
  ProblemDto,
)
export class VerdictDto {
  @ApiProperty({
    description: 'Place of the postback in the batch, from 0',
    example: 0,
  })
  index: number;

  @ApiProperty({
    description: 'The HTTP status that the postback would get alone',
    example: 200,
  })
  status: number;

  @ApiProperty({
    oneOf: [
      PostbackResultDto,
      IgnoredResultDto,
      RefusedResultDto,
      ProblemDto,
    ].map((each) => ({
      $ref: getSchemaPath(each),
    })),
    description:
      'The response that the postback would get if it were sent alone',
  })
  body: PostbackResultDto | IgnoredResultDto | RefusedResultDto | ProblemDto;
}

export class BatchResultDto {
  @ApiProperty({
    type: [VerdictDto],
    description: 'A verdict for each postback, in their order',
  })
  results: VerdictDto[];
}
