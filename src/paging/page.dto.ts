import type { Type } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type as TransformTo } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import type { Page, PageRequest } from './page';

/** The query parameters of every list. */
export class PageQueryDto implements PageRequest {
  @ApiPropertyOptional({
    description: 'Items per page',
    minimum: 1,
    maximum: 500,
    default: 50,
    example: 50,
  })
  @TransformTo(() => Number)
  @IsInt()
  @Min(1)
  @Max(500)
  limit: number = 50;

  @ApiPropertyOptional({
    description:
      '`next_cursor` of the previous page; omit it for the first page',
  })
  @IsOptional()
  @IsString()
  cursor?: string;
}

/** The DTO class of a page of items. */
export function PageOf<Item extends object>(
  item: Type<Item>,
): Type<Page<Item>> {
  class PageDto {
    @ApiProperty({ type: [item] })
    data: Item[];

    @ApiProperty({
      type: String,
      nullable: true,
      description:
        'Send it as `cursor` to get the next page; null on the last page',
      example: null,
    })
    next_cursor: string | null;
  }
  Object.defineProperty(PageDto, 'name', {
    value: `${item.name.replace(/Dto$/, '')}PageDto`,
  });
  return PageDto;
}
