import { defineEntity, type InferEntity, p } from '@mikro-orm/core';

/** Counts the requests of one address in one hour that had an invalid key. */
export const BadKeyCountSchema = defineEntity({
  name: 'BadKeyCount',
  tableName: 'bad_key_count',
  properties: {
    /** The beginning of the hour, UTC. */
    hour: p.datetime(0).primary(),
    /** For IPv6 the network (/64). */
    address: p.text().primary(),
    count: p.bigint('number'),
  },
});

export type BadKeyCount = InferEntity<typeof BadKeyCountSchema>;
