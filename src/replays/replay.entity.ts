import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { RejectionFilter } from '../rejections/rejection.entity';
import type { Repair, SentValues } from './repair';

/** `waiting`: for its turn, or for an instance; `failed`: because of a bug of the service. */
export const REPLAY_STATES = [
  'waiting',
  'running',
  'done',
  'cancelled',
  'failed',
] as const;
export type ReplayState = (typeof REPLAY_STATES)[number];

export const UNFINISHED = [
  'waiting',
  'running',
] as const satisfies ReplayState[];

/** Which open rejections to replay, and with which repair. */
export interface ReplayRequest extends Repair {
  /** Without a state. Read from the database, its times are strings. */
  readonly filter: Omit<RejectionFilter, 'state'>;
  readonly sent?: SentValues;
}

/** A replay of many rejections, and its progress. */
export const ReplaySchema = defineEntity({
  name: 'Replay',
  tableName: 'replay',
  properties: {
    project_id: p.integer().primary(),
    /** UUIDv7, created by the service. */
    replay_id: p.uuid().primary(),
    created_at: p.datetime(3),
    finished_at: p.datetime(3).strictNullable(),
    state: p.text().$type<ReplayState>(),
    request: p.json<ReplayRequest>(),
    /** Rejections that it processes, counted when it was created. */
    total: p.integer().default(0),
    /** The last rejection that it has processed. */
    position: p
      .json<readonly [first_seen_at: string, rejection_id: string]>()
      .strictNullable(),
    /** Rejections by the result of their replay. */
    installed: p.integer().default(0),
    duplicates: p.integer().default(0),
    ignored: p.integer().default(0),
    refused: p.integer().default(0),
    /** Settled by another replay, or without the values in the request's `sent`. */
    skipped: p.integer().default(0),
    /** Until then no other instance claims it; the instance that holds it renews the lease. */
    leased_until: p.datetime(3),
    /** Of the claim that holds the replay, and alone may change it. */
    lease_id: p.uuid().strictNullable(),
  },
});

export type Replay = InferEntity<typeof ReplaySchema>;
