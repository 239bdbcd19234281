import { setImmediate as turn } from 'node:timers/promises';
import { Batcher, type BatcherOptions } from '../src';

export class ItemFault extends Error {}
export class Transient extends Error {}

interface SentBatch {
  readonly items: readonly string[];
  readonly end: (results?: readonly string[]) => Promise<void>;
  readonly fail: (error: unknown) => Promise<void>;
}

export type Options = BatcherOptions<string, string>;

export const commit = (items: readonly string[]) =>
  items.map((item) => `${item} is in`);

/** A batcher with a clock and pauses that the test controls. */
export function createBatcher(options: Partial<Options> = {}) {
  const clock = { ms: 0 };
  const pauses: number[] = [];
  const batcher = new Batcher<string, string>({
    run: async (items) => commit(items),
    maxBatchSize: 100,
    maxWaiting: 100,
    maxInFlight: 1,
    deadlineMs: 1000,
    isItemFault: (error) => error instanceof ItemFault,
    isTransient: (error) => error instanceof Transient,
    maxRetries: 2,
    now: () => clock.ms,
    sleep: async (ms) => {
      pauses.push(ms);
      clock.ms += ms;
    },
    ...options,
  });
  const submitAll = (items: string) =>
    Promise.allSettled(Array.from(items, (item) => batcher.submit(item)));
  return { batcher, clock, pauses, submitAll };
}

/** One turn of the event loop for the results, and one for the next batch. */
async function nextBatch(): Promise<void> {
  await turn();
  await turn();
}

/** A batcher whose batches end when the test ends them. */
export function createHeldBatcher(options: Partial<Options> = {}) {
  const sent: SentBatch[] = [];
  const run = (items: readonly string[]) => {
    const { promise, resolve, reject } =
      Promise.withResolvers<readonly string[]>();
    sent.push({
      items,
      end: (results = commit(items)) => {
        resolve(results);
        return nextBatch();
      },
      fail: (error) => {
        reject(error);
        return nextBatch();
      },
    });
    return promise;
  };
  const sentItems = () => sent.map(({ items }) => items.join(''));
  return { ...createBatcher({ run, ...options }), sent, sentItems };
}

/** The culprit in an error of {@link createPicky}. */
export const culpritOf = (error: unknown) => (error as ItemFault).message;

/** Rejects any batch with an upper-case letter, and records all batches. */
export function createPicky() {
  const sent: string[] = [];
  const run = async (items: readonly string[]) => {
    sent.push(items.join(''));
    const guilty = items.find((item) => item !== item.toLowerCase());
    if (guilty !== undefined) throw new ItemFault(guilty);
    return commit(items);
  };
  return { run, sent };
}

export const verdicts = (settled: readonly PromiseSettledResult<string>[]) =>
  settled.map((verdict) =>
    verdict.status === 'fulfilled' ? verdict.value : verdict.reason,
  );

/** The first letter of an item is its owner. */
export const ownerOf = (item: string) => item[0];

export const submitEach = (
  { batcher }: Pick<ReturnType<typeof createBatcher>, 'batcher'>,
  ...items: string[]
) => items.map((item) => batcher.submit(item));
