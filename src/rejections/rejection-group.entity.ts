import { EntitySchema } from '@mikro-orm/core';
import type { RejectionState } from './rejection.entity';

/** The `field` of the group that counts a rejection as a whole, by the code of its problem. */
export const WHOLE = '';

/** The rejections of one hour, tracker and state with a fault of this code in this field. */
export interface RejectionGroup {
  project_id: number;
  /** The beginning of the hour (UTC) in which the rejections came first; the epoch for all hours together. */
  hour: Date;
  /** A tracker that is known, or `unknown`. */
  tracker: string;
  code: string;
  /** {@link WHOLE} where `code` is of the problem as a whole: each rejection is in one such group. */
  field: string;
  state: RejectionState;
  /** With repeats. */
  requests: number;
  /** Below 1 where none is left; the retention deletes such a row. */
  rejections: number;
  /** Of all that were ever in the group, also those that have left it. */
  first_seen_at: Date;
  last_seen_at: Date;
  /** The greatest `rejection_id` that was in the group, which is the newest; it may have left. */
  example_id: string;
}

const TIME = { type: 'datetime', columnType: 'timestamptz(3)' };

export const RejectionGroupSchema = new EntitySchema<RejectionGroup>({
  name: 'RejectionGroup',
  tableName: 'rejection_group',
  properties: {
    project_id: { type: 'integer', primary: true },
    hour: { type: 'datetime', columnType: 'timestamptz(0)', primary: true },
    tracker: { type: 'text', primary: true },
    code: { type: 'text', primary: true },
    field: { type: 'text', primary: true },
    state: { type: 'text', primary: true },
    requests: { type: 'bigint' },
    rejections: { type: 'integer' },
    first_seen_at: TIME,
    last_seen_at: TIME,
    example_id: { type: 'uuid' },
  },
});
