import { setImmediate, setTimeout } from 'node:timers/promises';

/**
 * Milliseconds after which an invalid key is rejected: longer than any check takes. The response time must not reveal whether
 * the key was ever valid.
 */
export const REFUSED_AFTER = 10;

/** Resolves when the rejection of a key is due, at the same time for every kind of invalid key. `arrival`: by performance.now(). */
export async function untilRefusal(arrival: number): Promise<void> {
  const due = arrival + REFUSED_AFTER;
  // A timer is up to a millisecond early or late, depending on earlier work: more than the difference to hide. So the last
  // millisecond passes in turns of the event loop, which serve other requests.
  const rest = due - performance.now() - 1;
  if (rest > 0) await setTimeout(rest);
  while (performance.now() < due) await setImmediate();
}
