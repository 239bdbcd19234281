import { ApiProperty } from '@nestjs/swagger';

/** Documents the quiet mode, which a project may have, or a key. */
export const RefuseWith = () =>
  ApiProperty({
    required: false,
    type: 'integer',
    enum: [200],
    nullable: true,
    description:
      '200: a refused postback is answered 200 with `status` `refused`, once it is kept; for a sender that repeats what it gets a 400 for. null: with 400',
    example: null,
  });
