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
    'Fields, by our names for them, and the values that they get instead of those that were sent',
    { country_code: 'AR' },
  )
  @MayBeAbsent()
  @IsFieldValues()
  set?: Partial<Record<FieldName, string>>;

  @ApiPropertyOptional({
    type: [String],
    description: 'Fields that are read as not sent, unless they are in `set`',
  })
  @MayBeAbsent()
  @IsFieldNames()
  unset?: FieldName[];

  @ApiPropertyOptional({
    enum: SOURCES,
    description: 'Read it as if it had come by the path of this tracker',
  })
  @MayBeAbsent()
  @IsIn(SOURCES)
  as_tracker?: string;
}

/** Which open rejections to replay, and one repair for all. */
export class ReplayRequestDto extends RepairDto implements ReplayRequest {
  @ApiProperty({
    type: RejectionFilterDto,
    description: 'As in the list of rejections; `{}` for all open ones',
  })
  @IsObject()
  @ValidateNested()
  @Type(() => RejectionFilterDto)
  filter: RejectionFilterDto;

  @ApiFieldValues(
    'Only those that sent these values, by our names for the fields; white space around them does not count',
    { country_code: 'Argentina' },
  )
  @MayBeAbsent()
  @IsFieldValues()
  sent?: Partial<Record<FieldName, string>>;
}
