import { Migration20261123131532_create_schema } from './Migration20261123131532_create_schema';

/** In the order they run. */
export const MIGRATIONS = [
  {
    name: 'Migration20261123131532_create_schema',
    class: Migration20261123131532_create_schema,
  },
];
