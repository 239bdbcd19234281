import { setImmediate, setTimeout } from 'node:timers/promises';

/**
 * Milliseconds after which a bad key is refused: longer than it takes to find out what is wrong with it. How long the
 * answer took must not tell whether the key was ever a good one.
 */
export const REFUSED_AFTER = 10;

/** Resolves when the refusal of a key that came at a moment of performance.now() is due, and not later for one kind of key than for another. */
export async function untilRefusal(arrival: number): Promise<void> {
  const due = arrival + REFUSED_AFTER;
  // A timer is early or late by up to a millisecond, by what the process did before: more than what there is to hide. So
  // the last one passes in turns of the event loop, in which all others are served.
  const rest = due - performance.now() - 1;
  if (rest > 0) await setTimeout(rest);
  while (performance.now() < due) await setImmediate();
}
