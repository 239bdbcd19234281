import {
  ApiHideProperty,
  ApiProperty,
  ApiPropertyOptional,
} from '@nestjs/swagger';
import { CANONICAL_FIELDS, type CanonicalField } from '@app/trackers';
import { Transform } from 'class-transformer';
import { Allow, IsIn, IsOptional } from 'class-validator';

export class TrackerSummaryDto {
  @ApiProperty({
    description: 'The name of the tracker in paths',
    example: 'adjust',
  })
  tracker: string;

  @ApiProperty({ example: 'Adjust' })
  title: string;

  @ApiProperty({
    description: 'The documentation of the vendor',
    format: 'uri',
    example: 'https://help.adjust.com/en/article/callbacks',
  })
  documentation: string;

  @ApiProperty({
    description:
      'Whether the service accepts messages in the field names of the tracker',
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
      'Parameter names in the message of the tracker; the first one with a value is used',
    example: ['gps_adid'],
  })
  names: string[];

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'The macro of the tracker for this field; null if there is none',
    example: '{gps_adid}',
  })
  macro: string | null;
}

export class TrackerDto extends TrackerSummaryDto {
  @ApiProperty({
    description:
      'For the settings of the tracker: canonical fields, filled in by macros. Replace each placeholder in `__CAPITALS__`',
    example:
      'https://postback.example.com/track/install/v1/custom?apikey=YOUR_API_KEY&event_name={activity_kind}&id={adid}&publisher_name={network_name}&google_aid={gps_adid}',
  })
  postback_url: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      "The URL for messages in the tracker's own field names; null if the service has no adapter. Prefer it to `postback_url`: messages that are not installs return `ignored`, and errors use the tracker's names",
    example:
      'https://postback.example.com/track/install/v1/adjust?apikey=YOUR_API_KEY&activity_kind={activity_kind}&adid={adid}&network_name={network_name}&gps_adid={gps_adid}',
  })
  message_url: string | null;

  @ApiProperty({
    description: 'How the tracker sends postbacks',
    example: 'A GET by a template.',
  })
  transport: string;

  @ApiProperty({
    description: 'What the tracker retries, when and how often',
    example: 'After a 5xx, six more within 24 hours.',
  })
  retries: string;

  @ApiProperty({
    description: 'How long the tracker waits for a response',
    example: 'Not documented.',
  })
  timeout: string;

  @ApiProperty({
    description: 'The format of times',
    example: 'Unix seconds.',
  })
  time: string;

  @ApiProperty({
    description: 'What the tracker sends for a missing value',
    example: 'The parameter is absent, or empty.',
  })
  missing: string;

  @ApiProperty({
    description: 'What identifies an install',
    example: '`adid`, which is of the device.',
  })
  install_id: string;

  @ApiProperty({
    type: [String],
    description: 'Pitfalls of the setup',
    example: ['Keep activity_kind in the URL.'],
  })
  gotchas: readonly string[];

  @ApiProperty({
    type: [TrackerFieldDto],
    description: 'The fields that the tracker can send',
  })
  fields: TrackerFieldDto[];

  @ApiProperty({
    enum: CANONICAL_FIELDS,
    isArray: true,
    description: 'The fields for which the tracker has no parameter',
    example: ['windows_aid'],
  })
  missing_fields: CanonicalField[];
}

export class TrackerQueryDto {
  @ApiPropertyOptional({
    description:
      'Fields of the URLs in addition to the required ones, separated by commas; by default all that the tracker can send',
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
