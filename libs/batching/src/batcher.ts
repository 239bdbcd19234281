import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout } from 'node:timers/promises';
import { ClosedError, DeadlineExceededError, QueueFullError } from './errors';
import { FairQueue, type Waiting } from './fair-queue';

/** What a batcher does and how much; every number is an integer. */
export interface BatcherOptions<Item, Result> {
  /**
   * Commits the items, all or none, and answers one result per item, in their order. It must come to
   * an end by itself: a batch that hangs holds its slot.
   */
  readonly run: (items: readonly Item[]) => Promise<readonly Result[]>;
  /** Items in a batch at most; 1 or more. */
  readonly maxBatchSize: number;
  /** Items that may wait for a batch, those in flight not counted; 1 or more. */
  readonly maxWaiting: number;
  /**
   * Who an item belongs to. Owners take turns to fill a batch, and when too much waits, the owner with the most loses its
   * newest item. By default all items have one owner.
   */
  readonly ownerOf?: (item: Item) => unknown;
  /** What an item takes of `maxWaitingWeight` and `maxBatchWeight`, such as bytes; 0 or more, default 1. */
  readonly weightOf?: (item: Item) => number;
  /** Weight of the items that may wait, those in flight not counted; 1 or more, default without limit. */
  readonly maxWaitingWeight?: number;
  /** Weight of the items in a batch at most; a heavier item is a batch of its own. 1 or more, default without limit. */
  readonly maxBatchWeight?: number;
  /** Batches in flight at most; 1 or more. Few slots make large batches. */
  readonly maxInFlight: number;
  /** Milliseconds after `submit` until which an item may still be sent; 1 or more. */
  readonly deadlineMs: number;
  /** Whether `run` committed nothing because of single items: the batch is split until only they fail. */
  readonly isItemFault: (error: unknown) => boolean;
  /** Which item such an error blames, where it tells: the others are sent again as a whole, which costs one run instead of many. */
  readonly culpritOf?: (
    error: unknown,
    items: readonly Item[],
  ) => Item | undefined;
  /** Whether `run` committed nothing and may do better a moment later: the batch is sent again. */
  readonly isTransient: (error: unknown) => boolean;
  /** Times that a batch is sent again after transient errors; 0 or more. */
  readonly maxRetries: number;
  /** Longest pause before the first retry, in milliseconds, doubled for each further one; 0 or more, default 10. */
  readonly backoffMs?: number;
  /** A monotonic clock in milliseconds. */
  readonly now?: () => number;
  /** Resolves after so many milliseconds. */
  readonly sleep?: (ms: number) => Promise<unknown>;
}

interface Entry<Item, Result> extends Waiting {
  readonly item: Item;
  readonly deadline: number;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

const MINIMUM = {
  maxBatchSize: 1,
  maxBatchWeight: 1,
  maxWaiting: 1,
  maxWaitingWeight: 1,
  maxInFlight: 1,
  deadlineMs: 1,
  maxRetries: 0,
  backoffMs: 0,
} as const;

/**
 * Commits items in groups and gives each its own verdict.
 *
 * A batch leaves at the end of the event loop's turn whenever a slot is free, with all that has
 * gathered. So a lone item waits for nothing, and under load each batch holds what came while the
 * others were in flight. There is no timer to linger on: while every slot is busy items gather
 * anyway, and while one is free a wait would delay all to fill a batch that is cheap to send.
 *
 * An item's deadline is looked at when it is about to be sent, at first, after a split or for a
 * retry. It spares work that nobody waits for any more; the caller keeps a time-out of its own.
 */
export class Batcher<Item, Result> {
  private readonly options: Required<BatcherOptions<Item, Result>>;
  private readonly queue = new FairQueue<Entry<Item, Result>>();
  private readonly drained = Promise.withResolvers<void>();
  private active = 0;
  private flushing = false;
  private closed = false;

  constructor(options: BatcherOptions<Item, Result>) {
    this.options = {
      ownerOf: () => undefined,
      weightOf: () => 1,
      maxWaitingWeight: Number.MAX_SAFE_INTEGER,
      maxBatchWeight: Number.MAX_SAFE_INTEGER,
      culpritOf: () => undefined,
      backoffMs: 10,
      now: () => performance.now(),
      sleep: (ms) => setTimeout(ms),
      ...options,
    };
    for (const [name, minimum] of Object.entries(MINIMUM)) {
      const value = this.options[name as keyof typeof MINIMUM];
      if (!Number.isSafeInteger(value) || value < minimum) {
        throw new RangeError(`${name} must be an integer from ${minimum} on`);
      }
    }
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
   * Resolves to the item's result once its batch is committed. Rejects with `QueueFullError`,
   * `DeadlineExceededError` or `ClosedError` when it surely was not, and otherwise with the error of `run`.
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

  /** Takes no new item from now on; resolves when every item taken has its verdict. */
  drain(): Promise<void> {
    this.closed = true;
    this.resolveIfDrained();
    return this.drained.promise;
  }

  /** For one more item of this owner. Throws `QueueFullError` when this owner is the one to give way. */
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
    // Not a microtask: those run after each request, but the requests of one turn belong together.
    setImmediate(this.flush);
  }

  // Bound, or a batch would run in the async context of one of its callers, and hand it on to the next.
  private readonly flush = AsyncLocalStorage.bind(() => {
    const { maxInFlight } = this.options;
    this.flushing = false;
    while (this.active < maxInFlight && this.queue.length > 0) {
      void this.send(this.takeBatch());
    }
  });

  /** The next batch, of what is not too late. */
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

  /** Gives every entry its verdict, and never rejects. */
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
    // Outside the try: what may have been committed is never sent again.
    if (results.length !== batch.length) {
      throw new Error(
        `A batch of ${batch.length} items came back with ${results.length} results`,
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
      // One after the other, in the slot of the whole.
      for (const part of this.split(batch, error)) await this.settle(part);
    } else if (retries < maxRetries && isTransient(error)) {
      // Full jitter: batches that met once should not meet again.
      await sleep(Math.random() * backoffMs * 2 ** retries);
      await this.settle(batch, retries + 1);
    } else {
      throw error;
    }
  }

  /** What is to be sent again: all but the item to blame, which has its verdict, or both halves. */
  private split(
    batch: Entry<Item, Result>[],
    error: unknown,
  ): Entry<Item, Result>[][] {
    const culprit = this.options.culpritOf(
      error,
      batch.map(({ item }) => item),
    );
    const guilty = batch.findIndex(({ item }) => item === culprit);
    if (guilty >= 0) {
      batch[guilty].reject(error);
      return [batch.toSpliced(guilty, 1)];
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
