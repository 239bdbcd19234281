import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';

/** Documents and validates the status of rejected postbacks, a setting of a project or of an API key. */
export const RefuseWith = () =>
  applyDecorators(
    ApiProperty({
      required: false,
      type: 'integer',
      enum: [200],
      nullable: true,
      description:
        'Status of a rejected postback. 200: once the rejection is stored, returns 200 with `status` `refused`, for senders that retry after a 400. null: 400',
      example: null,
    }),
    IsOptional(),
    IsIn([200]),
  );
