import { Migration20261123131532_create_schema } from './Migration20261123131532_create_schema';
import { Migration20261123221145_add_rejections_and_counts } from './Migration20261123221145_add_rejections_and_counts';
import { Migration20261126151537_replay_leases } from './Migration20261126151537_replay_leases';
import { Migration20261126162042_rejection_groups } from './Migration20261126162042_rejection_groups';

/** In the order they run. */
export const MIGRATIONS = [
  {
    name: 'Migration20261123131532_create_schema',
    class: Migration20261123131532_create_schema,
  },
  {
    name: 'Migration20261123221145_add_rejections_and_counts',
    class: Migration20261123221145_add_rejections_and_counts,
  },
  {
    name: 'Migration20261126151537_replay_leases',
    class: Migration20261126151537_replay_leases,
  },
  {
    name: 'Migration20261126162042_rejection_groups',
    class: Migration20261126162042_rejection_groups,
  },
];
