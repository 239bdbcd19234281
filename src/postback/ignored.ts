/** Thrown for a well-formed message of a tracker that is no install: there is nothing to store, and nothing to correct. */
export class Ignored extends Error {}
