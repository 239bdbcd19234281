import { ApiProperty, PartialType, PickType } from '@nestjs/swagger';
import { RefuseWith } from '../refuse-with.decorator';
import { IsCleanText } from '../../fields/field-rules';
import {
  IsBoolean,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
} from 'class-validator';

export class ProjectDto {
  @ApiProperty({ example: 1 })
  project_id: number;

  @ApiProperty({ minLength: 1, maxLength: 200, example: 'Puzzle game' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  @IsCleanText()
  name: string;

  @ApiProperty({
    description:
      'Recognise a duplicate of a postback without `id`, but with `install_timestamp`, by its fields',
    example: true,
  })
  @IsBoolean()
  dedupe_without_id: boolean;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    minimum: 1,
    maximum: 1_000_000_000,
    description:
      'Rate limit: requests that one key of the project may send in a throttling window; null: the default of the service',
    example: null,
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1_000_000_000)
  rate_limit?: number | null;

  @RefuseWith()
  refuse_with?: 200 | null;

  @ApiProperty({ example: '2026-11-23T12:00:00.000Z' })
  created_at: Date;
}

export class CreateProjectDto extends PickType(ProjectDto, ['name'] as const) {}

export class UpdateProjectDto extends PartialType(
  PickType(ProjectDto, [
    'name',
    'dedupe_without_id',
    'rate_limit',
    'refuse_with',
  ] as const),
  // null is not a valid name or switch; it resets a rate limit and `refuse_with`.
  { skipNullProperties: false },
) {}
