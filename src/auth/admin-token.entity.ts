import { defineEntity, type InferEntity, p } from '@mikro-orm/core';

/** The administrator token that the first start created; one from the environment is not stored. */
export const AdminTokenSchema = defineEntity({
  name: 'AdminToken',
  tableName: 'admin_token',
  properties: {
    /** SHA-256 of the token; the token itself is not stored. */
    hash: p.blob().primary(),
    created_at: p.datetime(3).defaultRaw('now()'),
  },
});

export type AdminToken = InferEntity<typeof AdminTokenSchema>;
