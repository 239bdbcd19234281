import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import { PageQueryDto } from '../../paging/page.dto';
import { FieldFaultDto } from '../../problems/problem.dto';
import {
  type Rejection,
  REJECTION_STATES,
  type RejectionState,
} from '../rejection.entity';
import { RejectionStateFilterDto } from './rejection-filter.dto';

export class ListRejectionsDto extends IntersectionType(
  PageQueryDto,
  RejectionStateFilterDto,
) {}

/** A refused postback, without what it carried. */
export class RejectionDto {
  @ApiProperty({
    format: 'uuid',
    example: '019aad1c-4c00-7000-8000-000000000000',
  })
  rejection_id: string;

  @ApiProperty({
    format: 'uuid',
    description: 'The key that it came with',
    example: '019aad1c-4c00-7000-8000-000000000000',
  })
  key_id: string;

  @ApiProperty({
    description:
      'The tracker that the path names; `unknown` when it names none that is known',
    example: 'custom',
  })
  tracker: string;

  @ApiProperty({
    description: 'The code of the problem that it was answered with',
    example: 'invalid_postback',
  })
  code: string;

  @ApiProperty({
    type: [FieldFaultDto],
    description: 'Why it was refused: every fault at once',
  })
  errors: readonly FieldFaultDto[];

  @ApiProperty({
    description: 'How often the same request came',
    example: 1,
  })
  count: number;

  @ApiProperty({ example: '2026-11-23T12:00:00.000Z' })
  first_seen_at: Date;

  @ApiProperty({ example: '2026-11-23T12:00:00.000Z' })
  last_seen_at: Date;

  @ApiProperty({
    enum: REJECTION_STATES,
    description:
      '`open`: refused, nothing else. By a replay: `installed`, an install now; `duplicate`, there was such an install; `ignored`, no install',
    example: 'open',
  })
  state: RejectionState;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The install that it has become, or repeats',
    example: null,
  })
  install_id: string | null;

  @ApiProperty({
    type: Date,
    nullable: true,
    description: 'The last replay',
    example: null,
  })
  replayed_at: Date | null;

  @ApiProperty({
    type: [FieldFaultDto],
    nullable: true,
    description: 'Why the last replay was refused',
    example: null,
  })
  replay_errors: readonly FieldFaultDto[] | null;
}

/** A request as it came; keys are masked. */
export class RejectedRequestDto {
  @ApiProperty({ example: 'GET' })
  method: string;

  @ApiProperty({ example: '/track/install/v1/custom' })
  path: string;

  @ApiProperty({ example: 'apikey=***&publisher_name=P&country_code=USA' })
  query: string;

  @ApiProperty({ type: String, nullable: true, example: null })
  content_type: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'At most 32 KiB; null where there was none, or it is not kept',
    example: null,
  })
  body: string | null;

  @ApiProperty({
    type: String,
    enum: ['utf-8', 'base64'],
    nullable: true,
    description: '`base64`: the body is no text',
    example: null,
  })
  body_encoding: 'utf-8' | 'base64' | null;

  @ApiProperty({
    description:
      'False where there was a body that is not kept, because it was too large or could not be read; such a request cannot be replayed',
    example: true,
  })
  body_complete: boolean;

  @ApiProperty({
    description: 'Where it came from at first',
    example: '203.0.113.7',
  })
  address: string;
}

/** A refused postback with the request as it came. */
export class RejectionDetailDto extends RejectionDto {
  @ApiProperty()
  request: RejectedRequestDto;
}

export function toRejectionDto(rejection: Rejection): RejectionDto {
  const { rejection_id, key_id, tracker, code, errors, count } = rejection;
  const { first_seen_at, last_seen_at, state } = rejection;
  const { install_id, replayed_at, replay_errors } = rejection;
  return {
    rejection_id,
    key_id,
    tracker,
    code,
    errors,
    count,
    first_seen_at,
    last_seen_at,
    state,
    install_id,
    replayed_at,
    replay_errors,
  };
}

export function toRejectionDetailDto(rejection: Rejection): RejectionDetailDto {
  const { method, path, query, content_type, address } = rejection;
  const { body, body_encoding, body_complete } = rejection;
  return Object.assign(toRejectionDto(rejection), {
    request: {
      method,
      path,
      query,
      content_type,
      body,
      body_encoding,
      body_complete,
      address,
    },
  });
}
