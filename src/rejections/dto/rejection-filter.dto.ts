import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { IsCleanKeyText } from '../../fields/field-rules';
import { MayBeAbsent } from '../../validation/may-be-absent.decorator';
import { OptionalTime } from '../../validation/time-param.decorator';
import {
  REJECTION_STATES,
  type RejectionFilter,
  type RejectionState,
} from '../rejection.entity';

/** Which rejections; each parameter narrows them. */
export class RejectionFilterDto implements RejectionFilter {
  @ApiPropertyOptional({
    description:
      'The tracker in the path; `unknown` stands for all unknown trackers',
  })
  @MayBeAbsent()
  @IsString()
  @MaxLength(200)
  @IsCleanKeyText()
  tracker?: string;

  @ApiPropertyOptional({
    description:
      'The code of one of the errors, such as `invalid_time`, or of the whole problem',
  })
  @MayBeAbsent()
  @IsString()
  @MaxLength(200)
  @IsCleanKeyText()
  code?: string;

  @ApiPropertyOptional({
    description: 'The field that one of the errors is about',
  })
  @MayBeAbsent()
  @IsString()
  @MaxLength(200)
  @IsCleanKeyText()
  field?: string;

  @OptionalTime('Seen at this time or later', '2026-11-01T00:00:00Z')
  from?: Date;

  @OptionalTime('Seen before this time', '2026-12-01T00:00:00Z')
  to?: Date;
}

export class RejectionStateFilterDto extends RejectionFilterDto {
  @ApiPropertyOptional({
    enum: REJECTION_STATES,
    description: 'The state of the rejections',
  })
  @IsOptional()
  @IsIn(REJECTION_STATES)
  state?: RejectionState;
}
