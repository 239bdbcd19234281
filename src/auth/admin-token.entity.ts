import { defineEntity, type InferEntity, p } from '@mikro-orm/core';

/** The administrator's token that the first start made; one from the environment is not kept. */
export const AdminTokenSchema = defineEntity({
  name: 'AdminToken',
  tableName: 'admin_token',
  properties: {
    /** SHA-256 of the token; the token itself is nowhere. */
    hash: p.blob().primary(),
    created_at: p.datetime(3).defaultRaw('now()'),
  },
});

export type AdminToken = InferEntity<typeof AdminTokenSchema>;
