import { setTimeout } from 'node:timers/promises';

/** The functions and limits of a batcher; every number is an integer. */
export interface BatcherOptions<Item, Result> {
  /**
   * Commits all of the items or none, and returns one result per item, in their order. It needs its own timeout: a batch that
   * hangs occupies its slot.
   */
  readonly run: (items: readonly Item[]) => Promise<readonly Result[]>;
  /** Maximum number of items in a batch; 1 or more. */
  readonly maxBatchSize: number;
  /** Maximum number of items that wait for a batch, without those in flight; 1 or more. */
  readonly maxWaiting: number;
  /**
   * The owner of an item. Owners take turns to fill a batch, and if too much waits, the owner with the most loses its newest
   * item. By default all items have one owner.
   */
  readonly ownerOf?: (item: Item) => unknown;
  /** The weight of an item, such as its bytes, for `maxWaitingWeight` and `maxBatchWeight`; 0 or more, default 1. */
  readonly weightOf?: (item: Item) => number;
  /** Maximum weight of the items that wait, without those in flight; 1 or more, default no limit. */
  readonly maxWaitingWeight?: number;
  /** Maximum weight of the items in a batch. A heavier item gets its own batch. 1 or more, default no limit. */
  readonly maxBatchWeight?: number;
  /** Maximum number of batches in flight; 1 or more. Few slots make large batches. */
  readonly maxInFlight: number;
  /** Milliseconds after `submit` until which an item may still be sent; 1 or more. */
  readonly deadlineMs: number;
  /** Whether single items caused the error, and `run` committed nothing: the batch is split until only these items fail. */
  readonly isItemFault: (error: unknown) => boolean;
  /** The item that caused such an error, if the error contains it: the others are sent again together, which saves runs. */
  readonly culpritOf?: (
    error: unknown,
    items: readonly Item[],
  ) => Item | undefined;
  /** Whether `run` committed nothing and may succeed a moment later: the batch is retried. */
  readonly isTransient: (error: unknown) => boolean;
  /** Maximum number of retries of a batch after transient errors; 0 or more. */
  readonly maxRetries: number;
  /** Longest pause before the first retry, in milliseconds, doubled for each further one; 0 or more, default 10. */
  readonly backoffMs?: number;
  /** A monotonic clock in milliseconds. */
  readonly now?: () => number;
  /** Resolves after so many milliseconds. */
  readonly sleep?: (ms: number) => Promise<unknown>;
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

/** Throws a `RangeError` for a number that is not an integer in its range. */
export function withDefaults<Item, Result>(
  given: BatcherOptions<Item, Result>,
): Required<BatcherOptions<Item, Result>> {
  const options = {
    ownerOf: () => undefined,
    weightOf: () => 1,
    maxWaitingWeight: Number.MAX_SAFE_INTEGER,
    maxBatchWeight: Number.MAX_SAFE_INTEGER,
    culpritOf: () => undefined,
    backoffMs: 10,
    now: () => performance.now(),
    sleep: (ms: number) => setTimeout(ms),
    ...given,
  };
  for (const [name, minimum] of Object.entries(MINIMUM)) {
    const value = options[name as keyof typeof MINIMUM];
    if (!Number.isSafeInteger(value) || value < minimum) {
      throw new RangeError(`${name} must be an integer from ${minimum} on`);
    }
  }
  return options;
}
