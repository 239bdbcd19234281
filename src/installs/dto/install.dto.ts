import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import type { FieldTypeName } from '../../fields/field-types';
import { INSTALL_FIELDS } from '../../fields/install-fields';
import type { Install, StoredFields } from '../install.entity';

/** An install as it is given back: every field of the contract, null where nothing was sent. */
export class InstallDto {
  @ApiProperty({
    format: 'uuid',
    description: 'UUIDv7, made by the service',
    example: '019aad1c-4c00-7000-8000-000000000000',
  })
  install_id: string;

  @ApiProperty({
    description: 'Which path the postback came by',
    example: 'custom',
  })
  tracker: string;

  @ApiProperty({
    description: 'When the postback arrived',
    example: '2026-11-23T12:00:00.000Z',
  })
  received_at: Date;
}

/** The fields follow from the one table. */
export type InstallAnswer = InstallDto & StoredFields;

const SCHEMAS: Record<FieldTypeName, ApiPropertyOptions> = {
  text: { type: String },
  keyText: { type: String },
  uuid: { type: String, format: 'uuid' },
  time: { type: String, format: 'date-time' },
  country: { type: String },
  usd: { type: Number },
  event: { type: String },
};

for (const { name, type, description } of INSTALL_FIELDS) {
  ApiProperty({
    ...SCHEMAS[type],
    description,
    nullable: true,
  })(InstallDto.prototype, name);
}

export function toInstallDto(install: Install): InstallAnswer {
  const { install_id, tracker, received_at } = install;
  const fields = Object.fromEntries(
    INSTALL_FIELDS.map(({ name }) => [name, install[name] ?? null]),
  ) as StoredFields;
  return { install_id, tracker, received_at, ...fields };
}
