import { ApiProperty } from '@nestjs/swagger';
import { PROBLEM_CODES } from './problem-codes';

export class FieldFaultDto {
  @ApiProperty({
    description: 'The invalid field; `request` for the request as a whole',
    example: 'cost',
  })
  field: string;

  @ApiProperty({ description: 'The kind of fault', example: 'invalid_number' })
  code: string;

  @ApiProperty({
    description: 'What is wrong and what to send instead',
    example: 'cost must be a decimal number in US dollars, such as 0.12',
  })
  message: string;
}

/** An error response (RFC 9457). */
export class ProblemDto {
  @ApiProperty({
    description: 'The page that explains this code',
    format: 'uri-reference',
    example: '/docs/problems/invalid_postback',
  })
  type: string;

  @ApiProperty({ example: 'The postback is not valid' })
  title: string;

  @ApiProperty({ description: 'The HTTP status', example: 400 })
  status: number;

  @ApiProperty({
    description: 'What is wrong with this request, and what to do',
    example: '1 field is wrong: cost',
  })
  detail: string;

  @ApiProperty({ enum: PROBLEM_CODES, example: 'invalid_postback' })
  code: string;

  @ApiProperty({
    description:
      'Also in the header X-Request-Id; include it in support requests',
    example: '019aad1c-4c00-7000-8000-000000000000',
  })
  request_id: string;

  @ApiProperty({
    type: [FieldFaultDto],
    required: false,
    description: 'With status 400: every fault of the request',
  })
  errors?: FieldFaultDto[];
}
