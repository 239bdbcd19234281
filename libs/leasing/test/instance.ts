import { setImmediate as settled } from 'node:timers/promises';
import { Leasing, type LeasingOptions } from '../src';
import type { FakeStore, StoredJob } from './fake-store';

const nothing = () => {};

export const LEASE = 15;
export const LOOK = 4;

/** Work that ends when the test ends it, or with the reason of its signal. */
class Work {
  readonly end = Promise.withResolvers<void>();

  constructor(
    readonly id: string,
    readonly signal: AbortSignal,
  ) {
    signal.addEventListener('abort', () => this.end.reject(signal.reason));
  }
}

/** An instance on a store, with a clock that the test controls. */
export function instance(
  store: FakeStore,
  options: Partial<LeasingOptions<StoredJob>> = {},
) {
  const works: Work[] = [];
  const errors: unknown[] = [];
  let look = nothing;
  const leasing = new Leasing<StoredJob>({
    store,
    run: (job, signal) => {
      const work = new Work(job.id, signal);
      works.push(work);
      return work.end.promise.then(() => store.finish(job));
    },
    leaseMs: LEASE,
    lookEveryMs: LOOK,
    maxRunning: 2,
    maxHeld: 100,
    onError: (error) => errors.push(error),
    now: () => store.now,
    repeat: (_, work) => {
      look = work;
      return () => (look = nothing);
    },
    ...options,
  });
  return {
    leasing,
    works,
    errors,
    ids: () => works.map(({ id }) => id),
    start: async () => {
      leasing.start();
      await settled();
    },
    look: async () => {
      look();
      await settled();
    },
    /** Ends the work on a job. */
    end: async (id: string) => {
      works.findLast((work) => work.id === id)!.end.resolve();
      await settled();
    },
  };
}

export const NINE = Array.from({ length: 9 }, (_, n) => `A${n}`);
