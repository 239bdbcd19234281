import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { FieldFaultDto } from '../../problems/problem.dto';
import { WARNING_CODES } from '../pipeline/warning';

export class WarningDto {
  @ApiProperty({ example: 'ios_ifa' })
  field: string;

  @ApiProperty({ enum: WARNING_CODES, example: 'zero_identifier' })
  code: (typeof WARNING_CODES)[number];

  @ApiProperty({
    example: 'ios_ifa contains a UUID of zeros, so it counts as not sent',
  })
  message: string;
}

/** A message of a tracker that is not an install; it is counted, not stored. */
export class IgnoredResultDto {
  @ApiProperty({ enum: ['ignored'] })
  status: 'ignored';

  @ApiProperty({ enum: ['not_an_install'] })
  reason: 'not_an_install';

  @ApiProperty({ type: [WarningDto] })
  warnings: readonly WarningDto[];
}

export const IGNORED: IgnoredResultDto = {
  status: 'ignored',
  reason: 'not_an_install',
  warnings: [],
};

/** The postback is rejected and stored as a rejection: for senders that would retry after a 400. */
export class RefusedResultDto {
  @ApiProperty({ enum: ['refused'] })
  status: 'refused';

  @ApiProperty({ type: [FieldFaultDto] })
  errors: readonly FieldFaultDto[];

  @ApiProperty({
    format: 'uuid',
    description: 'The identifier of the stored rejection',
    example: '019aad1c-4c00-7000-8000-000000000000',
  })
  rejection_id: string;
}

/** The install is committed, exactly once. */
export class PostbackResultDto {
  @ApiProperty({
    enum: ['created', 'duplicate'],
    description:
      '`duplicate`: the install was already stored, and is not changed',
    example: 'created',
  })
  status: 'created' | 'duplicate';

  @ApiProperty({
    format: 'uuid',
    description: 'UUIDv7 of the stored install',
    example: '019aad1c-4c00-7000-8000-000000000000',
  })
  install_id: string;

  @ApiProperty({
    description: 'When the stored install arrived',
    example: '2026-11-23T12:00:00.000Z',
  })
  received_at: Date;

  @ApiPropertyOptional({
    type: [String],
    description:
      'Of a duplicate: the fields that differ from the stored install',
    example: ['cost'],
  })
  differs?: string[];

  @ApiProperty({
    type: [WarningDto],
    description: 'What looks wrong, though it was stored',
  })
  warnings: readonly WarningDto[];
}
