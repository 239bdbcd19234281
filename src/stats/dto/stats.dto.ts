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
    description: 'Installs that were stored: as many as there are',
    example: 120,
  })
  created: number;

  @ApiProperty({ description: 'Repeats of these', example: 3 })
  duplicates: number;

  @ApiProperty({
    description: "Trackers' messages that are no installs",
    example: 0,
  })
  ignored: number;

  @ApiProperty({ description: 'Refused, with a good key', example: 12 })
  refused: number;

  @ApiProperty({
    ...byCode(
      'Of the refused: how many had a fault of this code; one may have several',
    ),
    example: { invalid_country: 12 },
  })
  refused_by_code: Record<string, number>;

  @ApiProperty({
    description:
      'Of the refused: how many the list of rejections lacks, because too many came at once or the database was away',
    example: 0,
  })
  unlogged: number;

  @ApiProperty({
    description:
      'Of the created: how many had been refused first, and became installs by a replay. So `created + duplicates + ignored + refused - replayed` have arrived',
    example: 0,
  })
  replayed: number;

  @ApiProperty({
    ...byCode(
      'Of the created: how many had a warning of this code; one may have several',
    ),
    example: { unexpanded_macro: 4 },
  })
  warnings: Record<string, number>;
}

/** The same of one hour and tracker. */
export class HourlyCountsDto extends PostbackCountsDto {
  @ApiProperty({
    description: 'The beginning of the hour, UTC',
    example: '2026-11-23T12:00:00.000Z',
  })
  hour: Date;

  @ApiProperty({
    description: '`unknown` for every path that names no known tracker',
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
    description: 'Hours in which nothing arrived are left out',
  })
  data: readonly HourlyCountsDto[];
}

export class BadKeyCountDto {
  @ApiProperty({
    description:
      'Of IPv6 the network (/64); `others`: more addresses than are told apart',
    example: '203.0.113.7',
  })
  address: string;

  @ApiProperty({ description: 'Requests with a bad key', example: 41 })
  requests: number;

  @ApiProperty({
    description: 'The first hour of them, UTC',
    example: '2026-11-23T12:00:00.000Z',
  })
  first_hour: Date;

  @ApiProperty({ example: '2026-11-23T12:00:00.000Z' })
  last_hour: Date;
}

export class BadKeysDto {
  @ApiProperty({
    type: [BadKeyCountDto],
    description: 'The most frequent first, at most 100',
  })
  data: readonly BadKeyCountDto[];
}
