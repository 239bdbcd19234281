import { ApiProperty } from '@nestjs/swagger';
import { WarningDto } from '../../postback/dto/postback-result.dto';
import { FieldFaultDto } from '../../problems/problem.dto';
import {
  REJECTION_STATES,
  type RejectionState,
} from '../../rejections/rejection.entity';
import { type Replay, REPLAY_STATES, type ReplayState } from '../replay.entity';
import { ReplayRequestDto } from './replay-request.dto';

/** What the replay of one rejection has come to. */
export class ReplayResultDto {
  @ApiProperty({
    format: 'uuid',
    example: '019aad1c-4c00-7000-8000-000000000000',
  })
  rejection_id: string;

  @ApiProperty({
    enum: REJECTION_STATES,
    description:
      '`installed`: stored as an install; `duplicate`: the install was already stored; `ignored`: not an install; `open`: rejected again',
    example: 'installed',
  })
  state: RejectionState;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    example: '019aad1c-4c00-7000-8000-000000000000',
  })
  install_id: string | null;

  @ApiProperty({ type: [WarningDto] })
  warnings: readonly WarningDto[];

  @ApiProperty({
    type: [FieldFaultDto],
    description: 'The errors, if it was rejected again',
  })
  errors: readonly FieldFaultDto[];
}

/** A replay of many, as far as it has come. */
export class ReplayDto {
  @ApiProperty({
    format: 'uuid',
    example: '019aad1c-4c00-7000-8000-000000000000',
  })
  replay_id: string;

  @ApiProperty({
    enum: REPLAY_STATES,
    description:
      '`waiting`: for its turn; `failed`: because of an error of the service, which is in its log',
    example: 'running',
  })
  state: ReplayState;

  @ApiProperty({ example: '2026-11-23T12:00:00.000Z' })
  created_at: Date;

  @ApiProperty({ type: Date, nullable: true, example: null })
  finished_at: Date | null;

  @ApiProperty({ type: ReplayRequestDto })
  request: ReplayRequestDto;

  @ApiProperty({
    description:
      'Open rejections that matched the filter when the replay began',
    example: 120,
  })
  total: number;

  @ApiProperty({ description: 'Stored as installs', example: 100 })
  installed: number;

  @ApiProperty({ description: 'Already stored', example: 2 })
  duplicates: number;

  @ApiProperty({ description: 'Not installs', example: 0 })
  ignored: number;

  @ApiProperty({
    description:
      'Rejected again; each rejection has its errors in `replay_errors`',
    example: 3,
  })
  refused: number;

  @ApiProperty({
    description:
      'Did not send the values in `sent`, or were replayed by somebody else in the meantime',
    example: 0,
  })
  skipped: number;
}

export function toReplayDto(replay: Replay): ReplayDto {
  const { replay_id, state, created_at, finished_at, request, total } = replay;
  const { installed, duplicates, ignored, refused, skipped } = replay;
  return {
    replay_id,
    state,
    created_at,
    finished_at,
    request,
    total,
    installed,
    duplicates,
    ignored,
    refused,
    skipped,
  };
}
