/** Too many items are waiting; this one was not accepted. */
export class QueueFullError extends Error {
  override readonly message = 'Too many items are waiting';
}

/** The item waited longer than its deadline; it was not committed. */
export class DeadlineExceededError extends Error {
  override readonly message = 'The item waited longer than its deadline';
}

/** The batcher is draining or has drained; the item was not accepted. */
export class ClosedError extends Error {
  override readonly message = 'The batcher accepts no more items';
}
