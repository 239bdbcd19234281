import { ApiProperty } from '@nestjs/swagger';
import { OptionalTime } from '../../validation/time-param.decorator';

/** Which hours. */
export class StatsQueryDto {
  @OptionalTime(
    'From the hour of this time on; a day before `to` unless given',
    '2026-11-22T00:00:00Z',
  )
  from?: Date;

  @OptionalTime('To before this time; now unless given', '2026-11-23T00:00:00Z')
  to?: Date;
}

const byCode = (description: string) => ({
  type: 'object' as const,
  additionalProperties: { type: 'integer' as const },
  description,
});

/** What became of the postbacks that arrived in some time. */
export class PostbackCountsDto {
  @ApiProperty({
    description: 'Stored installs, exactly',
    example: 120,
  })
  created: number;

  @ApiProperty({ description: 'Duplicates of stored installs', example: 3 })
  duplicates: number;

  @ApiProperty({
    description: "Trackers' messages that are not installs",
    example: 0,
  })
  ignored: number;

  @ApiProperty({
    description: 'Rejected postbacks with a valid key',
    example: 12,
  })
  refused: number;

  @ApiProperty({
    ...byCode(
      'How many of `refused` had an error with this code; a postback can have several',
    ),
    example: { invalid_country: 12 },
  })
  refused_by_code: Record<string, number>;

  @ApiProperty({
    description:
      'How many of `refused` are not in the list of rejections, because too many arrived at once or the database was unavailable',
    example: 0,
  })
  unlogged: number;

  @ApiProperty({
    description:
      'How many of `created` were rejected first and stored by a replay. So the number of postbacks that arrived is `created + duplicates + ignored + refused - replayed`',
    example: 0,
  })
  replayed: number;

  @ApiProperty({
    ...byCode(
      'How many of `created` had a warning with this code; a postback can have several',
    ),
    example: { unexpanded_macro: 4 },
  })
  warnings: Record<string, number>;
}

/** The same of one hour and tracker. */
export class HourlyCountsDto extends PostbackCountsDto {
  @ApiProperty({
    description: 'Start of the hour, UTC',
    example: '2026-11-23T12:00:00.000Z',
  })
  hour: Date;

  @ApiProperty({
    description: '`unknown` for all unknown trackers',
    example: 'custom',
  })
  tracker: string;
}

export class StatsDto {
  @ApiProperty({ example: '2026-11-22T12:00:00.000Z' })
  from: Date;

  @ApiProperty({ example: '2026-11-23T13:00:00.000Z' })
  to: Date;

  @ApiProperty({ type: PostbackCountsDto })
  total: PostbackCountsDto;

  @ApiProperty({
    type: [HourlyCountsDto],
    description: 'Hours without postbacks are left out',
  })
  data: readonly HourlyCountsDto[];
}

export class BadKeyCountDto {
  @ApiProperty({
    description:
      'For IPv6 the /64 network; `others`: all addresses beyond those that are counted separately',
    example: '203.0.113.7',
  })
  address: string;

  @ApiProperty({ description: 'Requests with a bad key', example: 41 })
  requests: number;

  @ApiProperty({
    description: 'Start of the first hour with such a request, UTC',
    example: '2026-11-23T12:00:00.000Z',
  })
  first_hour: Date;

  @ApiProperty({ example: '2026-11-23T12:00:00.000Z' })
  last_hour: Date;
}

export class BadKeysDto {
  @ApiProperty({
    type: [BadKeyCountDto],
    description: 'Most frequent first, at most 100',
  })
  data: readonly BadKeyCountDto[];
}
