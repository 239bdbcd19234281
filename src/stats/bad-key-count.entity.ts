import { EntitySchema } from '@mikro-orm/core';

/** So many requests of one address in one hour had a bad key. */
export interface BadKeyCount {
  /** The beginning of the hour, UTC. */
  hour: Date;
  /** Of IPv6 the network (/64). */
  address: string;
  count: number;
}

export const BadKeyCountSchema = new EntitySchema<BadKeyCount>({
  name: 'BadKeyCount',
  tableName: 'bad_key_count',
  properties: {
    hour: { type: 'datetime', columnType: 'timestamptz(0)', primary: true },
    address: { type: 'text', primary: true },
    count: { type: 'bigint' },
  },
});
