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

  @ApiProperty({ description: 'How many came, repeats included', example: 12 })
  requests: number;

  @ApiProperty({ description: 'How many different ones', example: 7 })
  rejections: number;

  @ApiProperty({ description: 'How many of these are open', example: 7 })
  open: number;

  @ApiProperty({ example: '2026-11-23T12:00:00.000Z' })
  first_seen_at: Date;

  @ApiProperty({ example: '2026-11-23T12:00:00.000Z' })
  last_seen_at: Date;

  @ApiProperty({
    format: 'uuid',
    description: 'The one that came first most recently; read it to see more',
    example: '019aad1c-4c00-7000-8000-000000000000',
  })
  example_id: string;

  @ApiProperty({ description: 'Why that one was refused' })
  example: FieldFaultDto;
}

export class RejectionSummaryDto {
  @ApiProperty({
    type: [RejectionGroupDto],
    description: 'The most frequent first, at most 100',
  })
  data: readonly RejectionGroupDto[];
}
