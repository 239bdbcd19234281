import { ProblemException } from '../problems/problem.exception';

/** Milliseconds after arrival. Some trackers give up after 2 s and never repeat. */
const DEADLINE = 1_900;

/** Milliseconds by `performance.now()`, as `arrivedAt` is: later an answer comes too late. */
export function deadlineOf(arrivedAt: number): number {
  return arrivedAt + DEADLINE;
}

/**
 * Settles as the work does, or rejects with `overloaded` when it is too late for an answer in
 * time; `arrivedAt` is of `performance.now()`. The work goes on: a repeat of the postback tells what has become of it.
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

/** Throws `overloaded` when it is too late for an answer in time: then nothing is to be begun. */
export function throwIfLate(arrivedAt: number): void {
  if (performance.now() > deadlineOf(arrivedAt)) {
    throw new ProblemException('overloaded');
  }
}
