import { EntitySchema } from '@mikro-orm/core';
import type { RejectionFilter } from '../rejections/rejection.entity';
import type { Repair, SentValues } from './repair';

/** `waiting`: for its turn, or for an instance; `failed`: by a bug of ours. */
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

/** Which open rejections are to be replayed, and how. */
export interface ReplayRequest extends Repair {
  /** Without a state. As it comes back from the database it has texts for times. */
  readonly filter: Omit<RejectionFilter, 'state'>;
  readonly sent?: SentValues;
}

/** A replay of many rejections, as far as it has come. */
export interface Replay {
  project_id: number;
  /** UUIDv7, made here. */
  replay_id: string;
  created_at: Date;
  finished_at?: Date | null;
  state: ReplayState;
  request: ReplayRequest;
  /** Rejections that it has to look at; counted when it was made. */
  total: number;
  /** The last one that it has looked at. */
  position?: readonly [first_seen_at: string, rejection_id: string] | null;
  /** How many came to what. */
  installed: number;
  duplicates: number;
  ignored: number;
  refused: number;
  /** Others had replayed them, or they did not hold the values that were asked for. */
  skipped: number;
  /** Until then no other instance takes it over; the one that holds it renews this. */
  leased_until: Date;
  /** Of the claim that holds it, which alone may change it. */
  lease_id?: string | null;
}

const TIME = { type: 'datetime', columnType: 'timestamptz(3)' };
const COUNT = { type: 'integer', default: 0 };

export const ReplaySchema = new EntitySchema<Replay>({
  name: 'Replay',
  tableName: 'replay',
  properties: {
    project_id: { type: 'integer', primary: true },
    replay_id: { type: 'uuid', primary: true },
    created_at: TIME,
    finished_at: { ...TIME, nullable: true },
    state: { type: 'text' },
    request: { type: 'json' },
    total: COUNT,
    position: { type: 'json', nullable: true },
    installed: COUNT,
    duplicates: COUNT,
    ignored: COUNT,
    refused: COUNT,
    skipped: COUNT,
    leased_until: TIME,
    lease_id: { type: 'uuid', nullable: true },
  },
});
