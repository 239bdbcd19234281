import { AsyncLocalStorage } from 'node:async_hooks';
import { type BatcherOptions, withDefaults } from './batcher-options';
import { ClosedError, DeadlineExceededError, QueueFullError } from './errors';
import { FairQueue, type Waiting } from './fair-queue';

interface Entry<Item, Result> extends Waiting {
  readonly item: Item;
  readonly deadline: number;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Commits items in groups, with a result or an error for each item.
 *
 * If a slot is free, a batch leaves at the end of the current turn of the event loop, with all items that wait. So a single
 * item does not wait, and under load each batch contains the items that arrived while the others were in flight. There is no
 * timer: if all slots are busy, items gather anyway, and if one is free, waiting would delay all items for no gain.
 *
 * The deadline of an item is checked when it is about to be sent: at first, after a split, and for a retry. This saves work
 * that no caller waits for any more; the caller needs its own timeout.
 */
export class Batcher<Item, Result> {
  private readonly options: Required<BatcherOptions<Item, Result>>;
  private readonly queue = new FairQueue<Entry<Item, Result>>();
  private readonly drained = Promise.withResolvers<void>();
  private active = 0;
  private flushing = false;
  private closed = false;

  constructor(options: BatcherOptions<Item, Result>) {
    this.options = withDefaults(options);
  }

  /** Items that wait for a batch. */
  get waiting(): number {
    return this.queue.length;
  }

  /** Batches in flight, those that pause before a retry included. */
  get inFlight(): number {
    return this.active;
  }

  /**
   * Resolves to the result of the item after its batch is committed. Rejects with `QueueFullError`, `DeadlineExceededError` or
   * `ClosedError` if the item was certainly not committed, and otherwise with the error of `run`.
   */
  submit(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      const { deadlineMs, now, ownerOf, weightOf } = this.options;
      if (this.closed) throw new ClosedError();
      const owner = ownerOf(item);
      const weight = weightOf(item);
      this.makeRoom(owner, weight);
      const deadline = now() + deadlineMs;
      this.queue.push({ item, owner, weight, deadline, resolve, reject });
      this.flushSoon();
    });
  }

  /** Accepts no new items. Resolves when every accepted item has its result or error. */
  drain(): Promise<void> {
    this.closed = true;
    this.resolveIfDrained();
    return this.drained.promise;
  }

  /** Makes room for one more item of this owner. Throws `QueueFullError` if this owner has the most already. */
  private makeRoom(owner: unknown, weight: number): void {
    const { queue } = this;
    const { maxWaiting, maxWaitingWeight } = this.options;
    while (queue.length >= maxWaiting) {
      const largest = queue.largestOwner('length');
      if (queue.lengthOf(largest) <= queue.lengthOf(owner) + 1) {
        throw new QueueFullError();
      }
      queue.takeNewest(largest)!.reject(new QueueFullError());
    }
    while (queue.weight + weight > maxWaitingWeight) {
      const largest = queue.largestOwner('weight');
      if (queue.weightOf(largest) <= queue.weightOf(owner) + weight) {
        throw new QueueFullError();
      }
      queue.takeNewest(largest)!.reject(new QueueFullError());
    }
  }

  private flushSoon(): void {
    if (this.flushing || this.active >= this.options.maxInFlight) return;
    this.flushing = true;
    // Not a microtask: these run after each request, but a batch should contain all requests of one turn.
    setImmediate(this.flush);
  }

  // Bound, because a batch would otherwise run in the async context of one of its callers.
  private readonly flush = AsyncLocalStorage.bind(() => {
    const { maxInFlight } = this.options;
    this.flushing = false;
    while (this.active < maxInFlight && this.queue.length > 0) {
      void this.send(this.takeBatch());
    }
  });

  /** The next batch, without items whose deadline is over. */
  private takeBatch(): Entry<Item, Result>[] {
    const { maxBatchSize, maxBatchWeight, now } = this.options;
    const batch: Entry<Item, Result>[] = [];
    const time = now();
    let weight = 0;
    const fits = (entry: Entry<Item, Result>) =>
      batch.length === 0 || weight + entry.weight <= maxBatchWeight;
    while (batch.length < maxBatchSize) {
      const entry = this.queue.take(fits);
      if (!entry) break;
      if (time > entry.deadline) {
        entry.reject(new DeadlineExceededError());
      } else {
        batch.push(entry);
        weight += entry.weight;
      }
    }
    return batch;
  }

  private async send(batch: Entry<Item, Result>[]): Promise<void> {
    this.active++;
    await this.settle(batch);
    this.active--;
    this.flushSoon();
    this.resolveIfDrained();
  }

  /** Resolves or rejects every entry. Never rejects itself. */
  private async settle(
    entries: Entry<Item, Result>[],
    retries = 0,
  ): Promise<void> {
    try {
      const batch = this.dropExpired(entries);
      if (batch.length > 0) await this.attempt(batch, retries);
    } catch (error) {
      for (const { reject } of entries) reject(error);
    }
  }

  private dropExpired(entries: Entry<Item, Result>[]): Entry<Item, Result>[] {
    const now = this.options.now();
    return entries.filter(({ deadline, reject }) => {
      if (now > deadline) reject(new DeadlineExceededError());
      return now <= deadline;
    });
  }

  private async attempt(
    batch: Entry<Item, Result>[],
    retries: number,
  ): Promise<void> {
    let results: readonly Result[];
    try {
      results = await this.options.run(batch.map(({ item }) => item));
    } catch (error) {
      return this.recover(batch, retries, error);
    }
    // Outside the try: items that may have been committed are never sent again.
    if (results.length !== batch.length) {
      throw new Error(
        `A batch of ${batch.length} items returned ${results.length} results`,
      );
    }
    for (const [i, { resolve }] of batch.entries()) resolve(results[i]);
  }

  private async recover(
    batch: Entry<Item, Result>[],
    retries: number,
    error: unknown,
  ): Promise<void> {
    const { isItemFault, isTransient, maxRetries, backoffMs, sleep } =
      this.options;
    if (batch.length > 1 && isItemFault(error)) {
      // One after the other, in the slot of the batch.
      for (const part of this.split(batch, error)) await this.settle(part);
    } else if (retries < maxRetries && isTransient(error)) {
      // Full jitter, so that batches that conflicted do not conflict again.
      await sleep(Math.random() * backoffMs * 2 ** retries);
      await this.settle(batch, retries + 1);
    } else {
      throw error;
    }
  }

  /** The batches to send next: all items without the culprit, which is rejected, or both halves. */
  private split(
    batch: Entry<Item, Result>[],
    error: unknown,
  ): Entry<Item, Result>[][] {
    const culprit = this.options.culpritOf(
      error,
      batch.map(({ item }) => item),
    );
    const culpritAt = batch.findIndex(({ item }) => item === culprit);
    if (culpritAt >= 0) {
      batch[culpritAt].reject(error);
      return [batch.toSpliced(culpritAt, 1)];
    }
    const middle = batch.length >> 1;
    return [batch.slice(0, middle), batch.slice(middle)];
  }

  private resolveIfDrained(): void {
    if (this.closed && this.queue.length === 0 && this.active === 0) {
      this.drained.resolve();
    }
  }
}
