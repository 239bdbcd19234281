import { DriverException } from '@mikro-orm/core';
import { DatabaseError } from 'pg';

/** What may be logged of an error: a driver's message quotes the statement with its values, so only its code is. */
export function causeOf(error: unknown) {
  return error instanceof DriverException || error instanceof DatabaseError
    ? { error: error.name, sqlstate: error.code }
    : { err: error };
}
