/** The database that every suite copies: migrated, and empty. Unique to a run, so that runs on one server do not meet. */
export const TEMPLATE = process.env.TEST_TEMPLATE ?? '';
