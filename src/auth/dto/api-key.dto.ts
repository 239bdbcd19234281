import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsNotEmpty,
  IsOptional,
  IsString,
  MaxLength,
} from 'class-validator';
import { IsCleanText } from '../../fields/field-rules';
import { OptionalTime } from '../../validation/time-param.decorator';
import { IsNetwork } from '../../validation/is-network.decorator';
import { RefuseWith } from '../../projects/refuse-with.decorator';
import { SCOPES, type Scope } from '../../access/caller';

const STATES = ['live', 'expired', 'revoked'] as const;

export class CreateApiKeyDto {
  @ApiProperty({
    description:
      'Purpose of the key, such as the name of the tracker that uses it',
    minLength: 1,
    maxLength: 200,
    example: 'Keitaro',
  })
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  @IsCleanText()
  label: string;

  @ApiPropertyOptional({
    description:
      '`ingest`: send postbacks. `read`: read the data of the project',
    enum: SCOPES,
    isArray: true,
    default: ['ingest'],
    example: ['ingest'],
  })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @IsIn(SCOPES, { each: true })
  scopes?: Scope[];

  @OptionalTime(
    'Expiry time; omit it for a key that never expires',
    '2030-01-01T00:00:00Z',
  )
  expires_at?: Date;

  @ApiPropertyOptional({
    type: [String],
    description:
      'IP addresses or networks (CIDR) that may use the key; omit it to allow every address',
    maxItems: 100,
    example: ['203.0.113.0/24', '2001:db8::/32'],
  })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @IsNetwork({
    each: true,
    message:
      'allowed_addresses must be IP addresses or networks, such as 203.0.113.0/24',
  })
  allowed_addresses?: string[];

  @RefuseWith()
  refuse_with?: 200 | null;
}

export class ApiKeyDto {
  @ApiProperty({
    format: 'uuid',
    example: '019aad1c-4c00-7000-8000-000000000000',
  })
  key_id: string;

  @ApiProperty({ example: 'Keitaro' })
  label: string;

  @ApiProperty({
    description: 'The last four characters of the key',
    example: 'x7Qa',
  })
  last_four: string;

  @ApiProperty({ enum: STATES, example: 'live' })
  state: (typeof STATES)[number];

  @ApiProperty({ enum: SCOPES, isArray: true, example: ['ingest'] })
  scopes: Scope[];

  @ApiProperty({ type: [String], nullable: true, example: null })
  allowed_addresses: string[] | null;

  @RefuseWith()
  refuse_with: 200 | null;

  @ApiProperty({ example: '2026-11-23T12:00:00.000Z' })
  created_at: Date;

  @ApiProperty({ type: Date, nullable: true, example: null })
  expires_at: Date | null;

  @ApiProperty({ type: Date, nullable: true, example: null })
  revoked_at: Date | null;

  @ApiProperty({
    type: Date,
    nullable: true,
    description: 'Time of the last use, to the minute',
    example: '2026-11-23T12:00:00.000Z',
  })
  last_used_at: Date | null;
}

export class NewApiKeyDto extends ApiKeyDto {
  @ApiProperty({
    description: 'The key itself; only this response contains it',
    example: 'pbk_DxAjgTVdJQ5k0bVnLBm3sQx2fYHc9U0000000',
  })
  key: string;
}
