import { DriverException } from '@mikro-orm/core';
import { DatabaseError } from 'pg';

/** What may be logged of an error: of a driver's error only the code, because its message quotes the statement with its values. */
export function causeOf(error: unknown) {
  return error instanceof DriverException || error instanceof DatabaseError
    ? { error: error.name, sqlstate: error.code }
    : { err: error };
}
