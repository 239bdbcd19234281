/** Replaces the value of a field that was sent more than once with different values. */
export const CONFLICT = Symbol('conflicting values');

/** Replaces a value whose percent-encoding is broken. */
export const UNDECODABLE = Symbol('undecodable');
