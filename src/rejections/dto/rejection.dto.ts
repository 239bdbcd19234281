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
    description: 'The API key of the request',
    example: '019aad1c-4c00-7000-8000-000000000000',
  })
  key_id: string;

  @ApiProperty({
    description: 'The tracker in the path; `unknown` if it is not a known one',
    example: 'custom',
  })
  tracker: string;

  @ApiProperty({
    description: 'The code of the problem in the response',
    example: 'invalid_postback',
  })
  code: string;

  @ApiProperty({
    type: [FieldFaultDto],
    description: 'All errors of the request',
  })
  errors: readonly FieldFaultDto[];

  @ApiProperty({
    description: 'How often the same request arrived',
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
      '`open`: not yet replayed with success. After a replay: `installed`: stored as an install; `duplicate`: the install was already stored; `ignored`: not an install',
    example: 'open',
  })
  state: RejectionState;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The install that was stored from it, or that it duplicates',
    example: null,
  })
  install_id: string | null;

  @ApiProperty({
    type: Date,
    nullable: true,
    description: 'The time of the last replay',
    example: null,
  })
  replayed_at: Date | null;

  @ApiProperty({
    type: [FieldFaultDto],
    nullable: true,
    description: 'The errors of the last replay',
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
    description:
      'At most 32 KiB; null if there was none, or if it is not stored',
    example: null,
  })
  body: string | null;

  @ApiProperty({
    type: String,
    enum: ['utf-8', 'base64'],
    nullable: true,
    description: '`base64` if the body is not text',
    example: null,
  })
  body_encoding: 'utf-8' | 'base64' | null;

  @ApiProperty({
    description:
      'False if there was a body that is not stored, because it was too large or could not be read. Such a request cannot be replayed',
    example: true,
  })
  body_complete: boolean;

  @ApiProperty({
    description: 'The address of the first sender',
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
