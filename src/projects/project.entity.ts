import { defineEntity, type InferEntity, p } from '@mikro-orm/core';

export const ProjectSchema = defineEntity({
  name: 'Project',
  tableName: 'project',
  properties: {
    project_id: p.integer().primary().generated('by default as identity'),
    name: p.text(),
    /** Recognise repeats of postbacks that carry no `id`. */
    dedupe_without_id: p.boolean().default(true),
    /** Requests of one key in a throttling window; the service's default when null. */
    rate_limit: p.integer().nullable(),
    /** 200: a refused postback is answered so once it is kept, for senders that repeat what they get a 400 for. */
    refuse_with: p.smallint().$type<200>().nullable(),
    created_at: p.datetime(3).defaultRaw('now()'),
  },
});

export type Project = InferEntity<typeof ProjectSchema>;
