import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsObject, ValidateNested } from 'class-validator';
import type { FieldName } from '../../fields/install-fields';
import { MayBeAbsent } from '../../validation/may-be-absent.decorator';
import { POSTBACK_SOURCES } from '../../postback/pipeline/postback-source';
import { RejectionFilterDto } from '../../rejections/dto/rejection-filter.dto';
import { IsFieldNames, IsFieldValues } from '../is-field-values.decorator';
import type { Repair } from '../repair';
import type { ReplayRequest } from '../replay.entity';

const SOURCES = POSTBACK_SOURCES.map(({ name }) => name);

const ApiFieldValues = (description: string, example: object) =>
  ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    description,
    example,
  });

/** What to change before a postback is read again. */
export class RepairDto implements Repair {
  @ApiFieldValues(
    'Values for canonical fields, in place of those that were sent',
    { country_code: 'AR' },
  )
  @MayBeAbsent()
  @IsFieldValues()
  set?: Partial<Record<FieldName, string>>;

  @ApiPropertyOptional({
    type: [String],
    description:
      'Fields to process as if they had not been sent, unless they are in `set`',
  })
  @MayBeAbsent()
  @IsFieldNames()
  unset?: FieldName[];

  @ApiPropertyOptional({
    enum: SOURCES,
    description:
      'Process it as if it had been sent to the path of this tracker',
  })
  @MayBeAbsent()
  @IsIn(SOURCES)
  as_tracker?: string;
}

/** Which open rejections to replay, and one repair for all. */
export class ReplayRequestDto extends RepairDto implements ReplayRequest {
  @ApiProperty({
    type: RejectionFilterDto,
    description: 'The filter of the list of rejections; `{}` for all open ones',
  })
  @IsObject()
  @ValidateNested()
  @Type(() => RejectionFilterDto)
  filter: RejectionFilterDto;

  @ApiFieldValues(
    'Only rejections that sent these values, by canonical field names. White space around a value is ignored',
    { country_code: 'Argentina' },
  )
  @MayBeAbsent()
  @IsFieldValues()
  sent?: Partial<Record<FieldName, string>>;
}
