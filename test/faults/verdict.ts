/** A promise of the service was broken. */
export class Broken extends Error {}

/** The machine does not allow to try this; said loudly. */
export class Impossible extends Error {}

/** Throws {@link Broken} unless it holds. */
export function expect(holds: boolean, message: string): asserts holds {
  if (!holds) throw new Broken(message);
}
