import { EntitySchema } from '@mikro-orm/core';
import type { FieldFault } from '../problems/problem.exception';

export const REJECTION_STATES = [
  'open',
  'installed',
  'duplicate',
  'ignored',
] as const;

/**
 * `open`: refused, and nothing else. By a replay: `installed`, it has become an install; `duplicate`, there was one already;
 * `ignored`, it is a message that is no install.
 */
export type RejectionState = (typeof REJECTION_STATES)[number];

/** Stands for every name in a path that is no tracker's. The path itself is kept. */
export const UNKNOWN_TRACKER = 'unknown';

/** A postback with a good key that was refused, as it came; however often it came. */
export interface Rejection {
  project_id: number;
  /** UUIDv7, made here; also the `install_id` of the install that a replay makes of it, so that there is one at most. */
  rejection_id: string;
  /** Hash over the request: the same one again raises `count`. */
  fingerprint: string;
  /** Of the key that it came with at first. */
  key_id: string;
  /** The tracker that the path names, or {@link UNKNOWN_TRACKER}. */
  tracker: string;
  first_seen_at: Date;
  last_seen_at: Date;
  count: number;
  /** Of the problem that it was answered with. */
  code: string;
  errors: readonly FieldFault[];
  address: string;
  method: string;
  path: string;
  /** Without `?`; keys are masked, here and in the body. */
  query: string;
  content_type?: string | null;
  /** Text, or base64 of what is none; null where there was none, or it was not read to its end. */
  body?: string | null;
  body_encoding?: 'utf-8' | 'base64' | null;
  /** False where there was a body that is not here. */
  body_complete: boolean;
  state: RejectionState;
  install_id?: string | null;
  replayed_at?: Date | null;
  /** Why the last replay was refused. */
  replay_errors?: readonly FieldFault[] | null;
}

/** Which rejections of a project; each member narrows them. */
export interface RejectionFilter {
  readonly tracker?: string;
  /** Of one of the errors, or of the problem as a whole. */
  readonly code?: string;
  /** That one of the errors is about; with a code, the same one. */
  readonly field?: string;
  /** Seen at this time or later. */
  readonly from?: Date;
  /** Seen before this time. */
  readonly to?: Date;
  readonly state?: RejectionState;
}

const TIME = { type: 'datetime', columnType: 'timestamptz(3)' };

export const RejectionSchema = new EntitySchema<Rejection>({
  name: 'Rejection',
  tableName: 'rejection',
  properties: {
    project_id: { type: 'integer', primary: true },
    rejection_id: { type: 'uuid', primary: true },
    fingerprint: { type: 'uuid' },
    key_id: { type: 'uuid' },
    tracker: { type: 'text' },
    first_seen_at: TIME,
    last_seen_at: TIME,
    count: { type: 'bigint', runtimeType: 'number' },
    code: { type: 'text' },
    errors: { type: 'json' },
    address: { type: 'text' },
    method: { type: 'text' },
    path: { type: 'text' },
    query: { type: 'text' },
    content_type: { type: 'text', nullable: true },
    body: { type: 'text', nullable: true },
    body_encoding: { type: 'text', nullable: true },
    body_complete: { type: 'boolean' },
    state: { type: 'text' },
    install_id: { type: 'uuid', nullable: true },
    replayed_at: { ...TIME, nullable: true },
    replay_errors: { type: 'json', nullable: true },
  },
  uniques: [
    {
      name: 'rejection_fingerprint_unique',
      properties: ['project_id', 'fingerprint'],
    },
  ],
  indexes: [
    {
      name: 'rejection_first_seen_index',
      properties: ['project_id', 'first_seen_at', 'rejection_id'],
    },
  ],
});
