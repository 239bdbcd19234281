import { ApiProperty } from '@nestjs/swagger';
import { FieldFaultDto } from '../../problems/problem.dto';

/** All rejections of one tracker with one kind of fault in one field. */
export class RejectionGroupDto {
  @ApiProperty({ example: 'custom' })
  tracker: string;

  @ApiProperty({ example: 'invalid_country' })
  code: string;

  @ApiProperty({
    description: '`request` where the fault is of no field',
    example: 'country_code',
  })
  field: string;

  @ApiProperty({ description: 'How many came, with repeats', example: 12 })
  requests: number;

  @ApiProperty({ description: 'How many different ones', example: 7 })
  rejections: number;

  @ApiProperty({ description: 'How many of these are open', example: 7 })
  open: number;

  @ApiProperty({
    description: 'Exact to the hour after rejections were erased',
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
      'The newest of the group, or, where that one is gone, one of the 1,000 newest rejections; null where there is none. Read it to see more',
    example: '019aad1c-4c00-7000-8000-000000000000',
  })
  example_id: string | null;

  @ApiProperty({
    type: FieldFaultDto,
    nullable: true,
    description: 'Why that one was refused',
  })
  example: FieldFaultDto | null;
}

export class RejectionSummaryDto {
  @ApiProperty({
    type: [RejectionGroupDto],
    description: 'The most frequent first, at most 100',
  })
  data: readonly RejectionGroupDto[];
}
