import { ApiProperty, OmitType } from '@nestjs/swagger';
import { InstallDto } from '../../installs/dto/install.dto';
import type { StoredFields } from '../../installs/install.entity';
import { FieldFaultDto } from '../../problems/problem.dto';
import { WarningDto } from './postback-result.dto';

/** An install that was not stored. */
export class UnstoredInstallDto extends OmitType(InstallDto, ['install_id']) {}

export class DryRunResultDto {
  @ApiProperty({
    description: 'Whether the postback would be answered 200',
    example: true,
  })
  valid: boolean;

  @ApiProperty({
    enum: ['created', 'duplicate', 'ignored', 'refused'],
    description: 'What would become of the postback',
    example: 'created',
  })
  status: 'created' | 'duplicate' | 'ignored' | 'refused';

  @ApiProperty({
    type: UnstoredInstallDto,
    nullable: true,
    description:
      'The install as it would be stored; null where there would be none',
  })
  install: (UnstoredInstallDto & StoredFields) | null;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The install that is there already; null where none is',
    example: null,
  })
  duplicate_of: string | null;

  @ApiProperty({
    type: [WarningDto],
    description: 'What looks wrong, though it would be stored',
  })
  warnings: readonly WarningDto[];

  @ApiProperty({
    type: [FieldFaultDto],
    description: 'Why it would be refused: every fault at once',
  })
  errors: readonly FieldFaultDto[];
}
