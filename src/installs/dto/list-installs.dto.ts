import {
  ApiPropertyOptional,
  IntersectionType,
  PartialType,
  PickType,
} from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsOptional, IsString } from 'class-validator';
import { FIELD_TYPES } from '../../fields/field-types';
import { IsCleanText } from '../../fields/field-rules';
import { INSTALL_FIELDS, InstallFields } from '../../fields/install-fields';
import { PageQueryDto } from '../../paging/page.dto';
import { OptionalTime } from '../../validation/time-param.decorator';

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

export class ListInstallsDto extends IntersectionType(
  PageQueryDto,
  InstallFilters,
) {
  @OptionalTime('Received at this time or later', '2026-11-01T00:00:00Z')
  from?: Date;

  @OptionalTime('Received before this time', '2026-12-01T00:00:00Z')
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
