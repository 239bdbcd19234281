export { Batcher, type BatcherOptions } from './batcher';
export { ClosedError, DeadlineExceededError, QueueFullError } from './errors';
export { Turns, type TurnsOptions } from './turns';
