import { defineEntity, type InferEntity, p } from '@mikro-orm/core';

export const ProjectSchema = defineEntity({
  name: 'Project',
  tableName: 'project',
  properties: {
    project_id: p.integer().primary().generated('by default as identity'),
    name: p.text(),
    /** Recognise duplicates of postbacks without `id`. */
    dedupe_without_id: p.boolean().default(true),
    /** Requests that one key may send in a throttling window; null: the default of the service. */
    rate_limit: p.integer().nullable(),
    /** 200: the status of a rejected postback once it is stored, for senders that retry after a 400. */
    refuse_with: p.smallint().$type<200>().nullable(),
    created_at: p.datetime(3).defaultRaw('now()'),
  },
});

export type Project = InferEntity<typeof ProjectSchema>;
