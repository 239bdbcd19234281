export { Batcher, type BatcherOptions } from './batcher';
export { ClosedError, DeadlineExceededError, QueueFullError } from './errors';
