import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { FieldFault } from '../fields/field-fault';

export const REJECTION_STATES = [
  'open',
  'installed',
  'duplicate',
  'ignored',
] as const;

/**
 * `open`: no replay has settled it. By a replay: `installed`, it created an install; `duplicate`, the install was already
 * stored; `ignored`, the message is not an install.
 */
export type RejectionState = (typeof REJECTION_STATES)[number];

/** A rejected postback with a valid key. The same request again raises its `count`. */
export const RejectionSchema = defineEntity({
  name: 'Rejection',
  tableName: 'rejection',
  properties: {
    project_id: p.integer().primary(),
    /** UUIDv7, created by the service. The install that a replay creates gets it as `install_id`, so there is one at most. */
    rejection_id: p.uuid().primary(),
    /** Hash of the request and of the problem's code. */
    fingerprint: p.uuid(),
    /** Of the first request. */
    key_id: p.uuid(),
    /** The tracker in the path, or `unknown`. */
    tracker: p.text(),
    first_seen_at: p.datetime(3),
    last_seen_at: p.datetime(3),
    count: p.bigint('number'),
    /** Of the problem that was returned. */
    code: p.text(),
    errors: p.json<readonly FieldFault[]>(),
    /** IP address of the first request. */
    address: p.text(),
    method: p.text(),
    path: p.text(),
    /** Without `?`. Keys are masked, here and in the other parts of the request. */
    query: p.text(),
    content_type: p.text().strictNullable(),
    /** Null if there was none, or if it was not read to its end. */
    body: p.text().strictNullable(),
    body_encoding: p.text().$type<'utf-8' | 'base64'>().strictNullable(),
    /** False if there was a body that is not stored. */
    body_complete: p.boolean(),
    state: p.text().$type<RejectionState>(),
    install_id: p.uuid().strictNullable(),
    replayed_at: p.datetime(3).strictNullable(),
    /** Why the last replay was rejected. */
    replay_errors: p.json<readonly FieldFault[]>().strictNullable(),
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

export type Rejection = InferEntity<typeof RejectionSchema>;

/** Which rejections of a project; each member narrows them. */
export interface RejectionFilter {
  readonly tracker?: string;
  /** Of one of the errors, or of the problem. */
  readonly code?: string;
  /** Of one of the errors; with `code`, of the error that has that code. */
  readonly field?: string;
  /** Seen at this time or later. */
  readonly from?: Date;
  /** Seen before this time. */
  readonly to?: Date;
  readonly state?: RejectionState;
}
