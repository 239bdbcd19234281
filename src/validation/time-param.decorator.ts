import { readTime } from '@app/reading';
import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsDate, IsOptional } from 'class-validator';

/** An optional time in a query or a body, in any format of the contract. */
export const OptionalTime = (description: string, example: string) =>
  applyDecorators(
    // No example: Swagger UI would send it.
    ApiPropertyOptional({
      type: String,
      description: `${description}. Such as \`${example}\``,
    }),
    IsOptional(),
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' ? (readTime(value) ?? value) : value,
    ),
    IsDate({ message: `$property must be a time such as ${example}` }),
  );
