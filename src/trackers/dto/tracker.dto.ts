import {
  ApiHideProperty,
  ApiProperty,
  ApiPropertyOptional,
} from '@nestjs/swagger';
import { CANONICAL_FIELDS, type CanonicalField } from '@app/trackers';
import { Transform } from 'class-transformer';
import { Allow, IsIn, IsOptional } from 'class-validator';

export class TrackerSummaryDto {
  @ApiProperty({ description: 'Its name in paths', example: 'adjust' })
  tracker: string;

  @ApiProperty({ example: 'Adjust' })
  title: string;

  @ApiProperty({
    description: "The vendor's document",
    format: 'uri',
    example: 'https://help.adjust.com/en/article/callbacks',
  })
  documentation: string;

  @ApiProperty({
    description: 'Whether it has an address of its own for its own messages',
    example: true,
  })
  own_message: boolean;
}

export class TrackerFieldDto {
  @ApiProperty({ enum: CANONICAL_FIELDS, example: 'google_aid' })
  field: CanonicalField;

  @ApiProperty({
    type: [String],
    description:
      "Names in the tracker's own message; the first one that says something is taken",
    example: ['gps_adid'],
  })
  names: string[];

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'What stands in a URL for it; null where no macro gives it',
    example: '{gps_adid}',
  })
  macro: string | null;
}

export class TrackerDto extends TrackerSummaryDto {
  @ApiProperty({
    description:
      'To paste into the settings of the tracker: our fields, filled in by its macros. Replace what is left in `__CAPITALS__`',
    example:
      'https://postback.example.com/track/install/v1/custom?apikey=YOUR_API_KEY&event_name={activity_kind}&id={adid}&publisher_name={network_name}&google_aid={gps_adid}',
  })
  postback_url: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      "The address for its own message, with its names where it does not write them by itself; null where it has none. Of both URLs this is the better one: other messages are answered `ignored`, faults are told in the tracker's names",
    example:
      'https://postback.example.com/track/install/v1/adjust?apikey=YOUR_API_KEY&activity_kind={activity_kind}&adid={adid}&network_name={network_name}&gps_adid={gps_adid}',
  })
  message_url: string | null;

  @ApiProperty({ description: 'How it sends', example: 'A GET by a template.' })
  transport: string;

  @ApiProperty({
    description: 'What it sends again, when and how often',
    example: 'After a 5xx, six more within 24 hours.',
  })
  retries: string;

  @ApiProperty({
    description: 'How long it waits for an answer',
    example: 'Not documented.',
  })
  timeout: string;

  @ApiProperty({
    description: 'How it writes times',
    example: 'Unix seconds.',
  })
  time: string;

  @ApiProperty({
    description: 'How a value that is not there looks',
    example: 'The parameter is absent, or empty.',
  })
  missing: string;

  @ApiProperty({
    description: 'What tells one install from another',
    example: '`adid`, which is of the device.',
  })
  install_id: string;

  @ApiProperty({
    type: [String],
    description: 'What to know before anything arrives',
    example: ['Keep activity_kind in the URL.'],
  })
  gotchas: readonly string[];

  @ApiProperty({ type: [TrackerFieldDto], description: 'What it can fill in' })
  fields: TrackerFieldDto[];

  @ApiProperty({
    enum: CANONICAL_FIELDS,
    isArray: true,
    description: 'What its documents have no name for',
    example: ['windows_aid'],
  })
  missing_fields: CanonicalField[];
}

export class TrackerQueryDto {
  @ApiPropertyOptional({
    description:
      'Fields that the URLs should name, besides what every postback needs, separated by commas; all that the tracker fills in unless given',
    type: String,
    example: 'id,publisher_name,google_aid',
  })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string'
      ? value.split(',').map((each) => each.trim())
      : value,
  )
  @IsIn(CANONICAL_FIELDS, {
    each: true,
    message: `fields must be names of fields, separated by commas: ${CANONICAL_FIELDS.join(', ')}`,
  })
  fields?: CanonicalField[];

  /** Read by the guard. */
  @ApiHideProperty()
  @Allow()
  apikey?: unknown;
}
