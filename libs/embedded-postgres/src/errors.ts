/** PostgreSQL cannot run on the directory. The message is one line that says what is wrong and what to do. */
export class EmbeddedPostgresError extends Error {}
