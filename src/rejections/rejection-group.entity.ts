import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { RejectionState } from './rejection.entity';

/** The `field` of a group that counts rejections by the code of the whole problem. */
export const WHOLE = '';

/** Counts the rejections of one hour, tracker and state that have an error with this code in this field. */
export const RejectionGroupSchema = defineEntity({
  name: 'RejectionGroup',
  tableName: 'rejection_group',
  properties: {
    project_id: p.integer().primary(),
    /** The beginning of the hour (UTC) of `first_seen_at`; the epoch for all hours together. */
    hour: p.datetime(0).primary(),
    /** A known tracker, or `unknown`. */
    tracker: p.text().primary(),
    code: p.text().primary(),
    /** {@link WHOLE} if `code` is that of the problem: each rejection is in exactly one such group. */
    field: p.text().primary(),
    state: p.text().$type<RejectionState>().primary(),
    /** Including repeats. */
    requests: p.bigint(),
    /** If it is below 1, the group is empty, and the retention deletes the row. */
    rejections: p.integer(),
    /** Of all rejections that were ever in the group. */
    first_seen_at: p.datetime(3),
    last_seen_at: p.datetime(3),
    /** The greatest, which is the newest, `rejection_id` that was ever in the group. */
    example_id: p.uuid(),
  },
});

export type RejectionGroup = InferEntity<typeof RejectionGroupSchema>;
