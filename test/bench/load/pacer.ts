import { parentPort, workerData } from 'node:worker_threads';
import { milliseconds, type Schedule } from './schedule';

/**
 * Tells the main thread of each request at the moment it is due. A thread of its own, because the timers of an event
 * loop count whole milliseconds, and are late by up to two.
 */
const { start, rate, count } = workerData as Schedule;
const never = new Int32Array(new SharedArrayBuffer(4));

for (let n = 0; n < count; n++) {
  const due = start + (n * 1000) / rate;
  const wait = due - milliseconds();
  if (wait > 0) Atomics.wait(never, 0, 0, wait);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- to a thread, not to a window
  parentPort!.postMessage(due);
}
