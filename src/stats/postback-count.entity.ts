import { EntitySchema } from '@mikro-orm/core';

/** What is counted of postbacks. */
export type CountKind =
  /** Installs that were stored; as many as there are rows. */
  | 'created'
  | 'duplicate'
  /** Messages of a tracker that were no installs. */
  | 'ignored'
  | 'refused'
  /** Of these, those with a fault of this code; one may have several. */
  | 'fault'
  /** Of these, those that the log of rejections could not keep. */
  | 'unlogged'
  /** Of the created ones, those that had been refused before. */
  | 'replayed'
  /** Of the created ones, those with a warning of this code; one may have several. */
  | 'warning';

/** So many postbacks of one kind, of one tracker, arrived in one hour. */
export interface PostbackCount {
  project_id: number;
  /** The beginning of the hour, UTC. */
  hour: Date;
  tracker: string;
  kind: CountKind;
  /** Of a fault or a warning; else empty. */
  code: string;
  /** Transactions that count at the same time do so in different rows, which are added up when they are read. */
  slot: number;
  count: number;
}

export const PostbackCountSchema = new EntitySchema<PostbackCount>({
  name: 'PostbackCount',
  tableName: 'postback_count',
  properties: {
    project_id: { type: 'integer', primary: true },
    hour: { type: 'datetime', columnType: 'timestamptz(0)', primary: true },
    tracker: { type: 'text', primary: true },
    kind: { type: 'text', primary: true },
    code: { type: 'text', primary: true },
    slot: { type: 'smallint', primary: true },
    count: { type: 'bigint' },
  },
});
