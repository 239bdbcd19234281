/** As many items wait as may wait; this one was not taken. */
export class QueueFullError extends Error {
  override readonly message = 'Too many items are waiting';
}

/** The item waited longer than its deadline; it was not committed. */
export class DeadlineExceededError extends Error {
  override readonly message = 'The item waited longer than its deadline';
}

/** The batcher drains, or has drained; the item was not taken. */
export class ClosedError extends Error {
  override readonly message = 'The batcher takes no more items';
}
