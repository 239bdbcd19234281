import { defineEntity, type InferEntity, p } from '@mikro-orm/core';

export type CountKind =
  /** Installs that were stored: as many as there are rows. */
  | 'created'
  | 'duplicate'
  /** Messages that are not installs. */
  | 'ignored'
  | 'refused'
  /** `refused` ones with an error of this code; one postback may have several. */
  | 'fault'
  /** `refused` ones that could not be stored as rejections. */
  | 'unlogged'
  /** `created` ones that were rejected first. */
  | 'replayed'
  /** `created` ones with a warning of this code; one postback may have several. */
  | 'warning';

/** Counts the postbacks of one kind and tracker that arrived in one hour. */
export const PostbackCountSchema = defineEntity({
  name: 'PostbackCount',
  tableName: 'postback_count',
  properties: {
    project_id: p.integer().primary(),
    /** The beginning of the hour, UTC. */
    hour: p.datetime(0).primary(),
    tracker: p.text().primary(),
    kind: p.text().$type<CountKind>().primary(),
    /** Of a fault or a warning; else empty. */
    code: p.text().primary(),
    /** Transactions at the same time add to different rows, whose sum is the count. */
    slot: p.smallint().primary(),
    count: p.bigint('number'),
  },
});

export type PostbackCount = InferEntity<typeof PostbackCountSchema>;
