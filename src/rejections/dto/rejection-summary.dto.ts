import { ApiProperty } from '@nestjs/swagger';
import { FieldFaultDto } from '../../problems/problem.dto';

/** All rejections of one tracker with one kind of fault in one field. */
export class RejectionGroupDto {
  @ApiProperty({ example: 'custom' })
  tracker: string;

  @ApiProperty({ example: 'invalid_country' })
  code: string;

  @ApiProperty({
    description: '`request` if the error is not about a field',
    example: 'country_code',
  })
  field: string;

  @ApiProperty({ description: 'Requests, with repeated ones', example: 12 })
  requests: number;

  @ApiProperty({ description: 'Different requests', example: 7 })
  rejections: number;

  @ApiProperty({ description: 'Rejections that are still open', example: 7 })
  open: number;

  @ApiProperty({
    description: 'Exact to the hour once older rejections are deleted',
    example: '2026-11-23T12:00:00.000Z',
  })
  first_seen_at: Date;

  @ApiProperty({ example: '2026-11-23T12:00:00.000Z' })
  last_seen_at: Date;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description:
      'The id of the newest rejection of the group. If that one is deleted, of another one among the 1,000 newest; null if there is none',
    example: '019aad1c-4c00-7000-8000-000000000000',
  })
  example_id: string | null;

  @ApiProperty({
    type: FieldFaultDto,
    nullable: true,
    description: 'The error of the example',
  })
  example: FieldFaultDto | null;
}

export class RejectionSummaryDto {
  @ApiProperty({
    type: [RejectionGroupDto],
    description: 'Most frequent first, at most 100',
  })
  data: readonly RejectionGroupDto[];
}
