export { Batcher } from './batcher';
export type { BatcherOptions } from './batcher-options';
export { ClosedError, DeadlineExceededError, QueueFullError } from './errors';
export { FairSemaphore, type FairSemaphoreOptions } from './fair-semaphore';
