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

/** Without times, for which there are `from` and `to`, and without costs, whose exact values nobody looks for. */
const FILTERS = INSTALL_FIELDS.filter(
  ({ type }) => type !== 'time' && type !== 'usd' && type !== 'event',
);

/** The fields that a list can be filtered by, for equality. The loop below adds how their values are read. */
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
    description: 'The tracker in the path of the postback',
    example: 'custom',
  })
  @IsOptional()
  @IsString()
  @IsCleanText()
  tracker?: string;
}
