import { ProblemException } from '../../problems/problem.exception';

/** Milliseconds after arrival. Some trackers time out after 2 s and never retry. */
const DEADLINE = 1_900;

/** When the response to a request must be sent, in milliseconds of `performance.now()`, as `arrivedAt` is. */
export function deadlineOf(arrivedAt: number): number {
  return arrivedAt + DEADLINE;
}

/**
 * Settles like `work`, or rejects with `overloaded` at the deadline. `arrivedAt`: milliseconds of `performance.now()`. The
 * work is not cancelled: a retry of the postback returns its result.
 */
export function withinDeadline<T>(
  arrivedAt: number,
  work: Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new ProblemException('overloaded')),
      Math.max(0, deadlineOf(arrivedAt) - performance.now()),
    );
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Throws `overloaded` after the deadline, before any work is started. */
export function throwIfLate(arrivedAt: number): void {
  if (performance.now() > deadlineOf(arrivedAt)) {
    throw new ProblemException('overloaded');
  }
}
