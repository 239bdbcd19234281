import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { ProjectSchema } from '../projects/project.entity';
import type { Scope } from '../access/caller';

export const ApiKeySchema = defineEntity({
  name: 'ApiKey',
  tableName: 'api_key',
  properties: {
    key_id: p.uuid().primary(),
    project: () => p.manyToOne(ProjectSchema).joinColumn('project_id'),
    label: p.text(),
    /** SHA-256 of the key; the key itself is not stored. */
    hash: p.blob().unique(),
    last_four: p.text(),
    scopes: p.array().$type<Scope[]>(),
    allowed_addresses: p.array().$type<string[]>().nullable(),
    /** As in the project, for this key only. */
    refuse_with: p.smallint().$type<200>().nullable(),
    created_at: p.datetime(3).defaultRaw('now()'),
    expires_at: p.datetime(3).nullable(),
    revoked_at: p.datetime(3).nullable(),
    last_used_at: p.datetime(3).nullable(),
  },
});

export type ApiKey = InferEntity<typeof ApiKeySchema>;
