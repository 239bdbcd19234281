import { readTime } from '@app/reading';
import {
  ApiPropertyOptional,
  IntersectionType,
  PartialType,
  PickType,
} from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsDate, IsOptional, IsString } from 'class-validator';
import { FIELD_TYPES } from '../../fields/field-types';
import { IsCleanText } from '../../fields/field-rules';
import { INSTALL_FIELDS, InstallFields } from '../../fields/install-fields';
import { PageQueryDto } from '../../http/page.dto';

/** Times have `from` and `to`; nobody looks for an exact cost. */
const FILTERS = INSTALL_FIELDS.filter(
  ({ type }) => type !== 'time' && type !== 'usd' && type !== 'event',
);

/** Each field of the contract that can be filtered by, for equality. */
class InstallFilters extends PartialType(
  PickType(
    InstallFields,
    FILTERS.map(({ name }) => name),
  ),
) {}

for (const { name, type } of FILTERS) {
  Transform(({ value }: { value: unknown }) =>
    typeof value === 'string'
      ? (FIELD_TYPES[type].read(value) ?? value)
      : value,
  )(InstallFilters.prototype, name);
}

const toTime = ({ value }: { value: unknown }) =>
  typeof value === 'string' ? (readTime(value) ?? value) : value;
const NO_TIME = '$property must be a time such as 2026-11-23T12:00:00Z';

export class ListInstallsDto extends IntersectionType(
  PageQueryDto,
  InstallFilters,
) {
  @ApiPropertyOptional({
    type: String,
    description: 'Received at this time or later',
    example: '2026-11-01T00:00:00Z',
  })
  @IsOptional()
  @Transform(toTime)
  @IsDate({ message: NO_TIME })
  from?: Date;

  @ApiPropertyOptional({
    type: String,
    description: 'Received before this time',
    example: '2026-12-01T00:00:00Z',
  })
  @IsOptional()
  @Transform(toTime)
  @IsDate({ message: NO_TIME })
  to?: Date;

  @ApiPropertyOptional({
    description: 'Which path the postback came by',
    example: 'custom',
  })
  @IsOptional()
  @IsString()
  @IsCleanText()
  tracker?: string;
}
