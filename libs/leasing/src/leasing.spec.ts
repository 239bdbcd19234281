import { setImmediate as settled } from 'node:timers/promises';
import { LeaseLostError, Leasing, type LeasingOptions, StoppedError } from '.';
import { FakeStore, type StoredJob } from '../test/fake-store';

const nothing = () => {};

const LEASE = 15;
const LOOK = 4;

/** Work that ends when it is told to. */
class Work {
  readonly end = Promise.withResolvers<void>();

  constructor(
    readonly id: string,
    readonly signal: AbortSignal,
  ) {
    signal.addEventListener('abort', () => this.end.reject(signal.reason));
  }
}

/** An instance on a store, with a clock of the test's own. */
function instance(
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

const NINE = Array.from({ length: 9 }, (_, n) => `A${n}`);

describe('Leasing', () => {
  it('runs so many at once, and holds the others until it is their turn', async () => {
    const store = new FakeStore(NINE);
    const one = instance(store);
    await one.start();
    expect(one.ids()).toEqual(['A0', 'A1']);
    expect(store.freeIds()).toEqual([]);
    expect(one.leasing).toMatchObject({ running: 2, waiting: 7 });
    await one.end('A1');
    expect(one.ids()).toEqual(['A0', 'A1', 'A2']);
  });

  it('holds no more than it may; the others stay in the store', async () => {
    const store = new FakeStore(NINE);
    const one = instance(store, { maxHeld: 3 });
    await one.start();
    expect(store.freeIds()).toHaveLength(6);
    await one.end('A0');
    await one.look();
    expect(store.freeIds()).toHaveLength(5);
    expect(one.ids()).toEqual(['A0', 'A1', 'A2']);
  });

  it('takes over all that a killed instance held, running and waiting, within its lease and a look', async () => {
    const store = new FakeStore(NINE);
    const killed = instance(store);
    await killed.start();
    const living = instance(store);
    await living.start();
    expect(living.ids()).toEqual([]);
    while (store.now < LEASE + LOOK) {
      store.now += LOOK;
      await living.look();
    }
    expect(store.freeIds()).toEqual([]);
    expect(living.leasing).toMatchObject({ running: 2, waiting: 7 });
  });

  it('renews what it holds, in one statement, for as long as it lives', async () => {
    const store = new FakeStore(NINE);
    const one = instance(store);
    const other = instance(store);
    await one.start();
    await other.start();
    const renew = jest.spyOn(store, 'renew');
    for (let i = 1; i <= 20; i++) {
      store.now += LOOK;
      await one.look();
      await other.look();
      expect(renew).toHaveBeenCalledTimes(i);
    }
    expect(one.works.map(({ signal }) => signal.aborted)).toEqual([
      false,
      false,
    ]);
    expect(other.ids()).toEqual([]);
  });

  it('aborts the work on a job that is no longer its own', async () => {
    const store = new FakeStore(['A0', 'A1']);
    const one = instance(store);
    await one.start();
    store.steal('A0');
    await one.look();
    const [lost, kept] = one.works;
    expect(lost.signal.reason).toBeInstanceOf(LeaseLostError);
    expect(String(lost.signal.reason)).toContain('lease');
    expect(kept.signal.aborted).toBe(false);
    expect(one.leasing.running).toBe(1);
    expect(one.errors).toEqual([]);
  });

  it('drops waiting jobs that have ended elsewhere', async () => {
    const store = new FakeStore(['A0', 'A1', 'A2', 'A3']);
    const one = instance(store);
    await one.start();
    store.cancel('A2');
    await one.look();
    await one.end('A0');
    expect(one.ids()).toEqual(['A0', 'A1', 'A3']);
  });

  it('aborts its work before the lease is over when the store stays away', async () => {
    const store = new FakeStore(['A0']);
    const one = instance(store);
    await one.start();
    store.fails = true;
    const abortedAt = () => one.works[0].signal.aborted && store.now;
    while (!abortedAt()) {
      store.now += LOOK;
      await one.look();
    }
    expect(abortedAt()).toBeLessThan(LEASE);
    expect(abortedAt()).toBeGreaterThan(2 * LOOK);
    store.fails = false;
    store.now = LEASE + 1;
    await one.look();
    expect(one.ids()).toEqual(['A0', 'A0']);
  });

  it('aborts its work in time when the store hangs', async () => {
    const store = new FakeStore(['A0']);
    const one = instance(store);
    await one.start();
    jest.spyOn(store, 'renew').mockReturnValue(new Promise(() => {}));
    for (let i = 0; i < 3; i++) {
      store.now += LOOK;
      await one.look();
    }
    expect(one.works[0].signal.aborted).toBe(true);
  });

  it('aborts its work after a pause of the whole process, before it asks the store', async () => {
    const store = new FakeStore(['A0']);
    const one = instance(store);
    await one.start();
    jest.spyOn(store, 'renew').mockReturnValue(new Promise(() => {}));
    store.now += 2 * LEASE;
    await one.look();
    expect(one.works[0].signal.aborted).toBe(true);
  });

  it('tries a job that failed again later', async () => {
    const store = new FakeStore(['A0']);
    const one = instance(store);
    await one.start();
    const error = new Error('away');
    one.works[0].end.reject(error);
    await settled();
    expect(one.errors).toEqual([error]);
    expect(store.freeIds()).toEqual(['A0']);
    expect(one.ids()).toEqual(['A0']);
    await one.look();
    expect(one.ids()).toEqual(['A0', 'A0']);
  });

  it('never runs a job twice at once, though it gets it back while its work still ends', async () => {
    const store = new FakeStore(['A0']);
    const ends: (() => void)[] = [];
    const run = () => new Promise<void>((end) => ends.push(end));
    const one = instance(store, { run });
    await one.start();
    store.steal('A0');
    await one.look();
    store.now += 2 * LEASE;
    await one.look();
    expect(ends).toHaveLength(1);
    expect(store.freeIds()).toEqual([]);
    ends[0]();
    await settled();
    expect(ends).toHaveLength(2);
  });

  it('begins anew with a job that it claims again while it holds it', async () => {
    const store = new FakeStore(['A0']);
    const one = instance(store);
    await one.start();
    jest.spyOn(store, 'renew').mockResolvedValue(new Set(['A0']));
    store.rows.get('A0')!.until = store.now;
    await one.look();
    expect(one.works[0].signal.reason).toBeInstanceOf(LeaseLostError);
    expect(one.works[1].signal.aborted).toBe(false);
    expect(one.leasing).toMatchObject({ running: 1, waiting: 0 });
  });

  it('does not abort work that ended while its lease was renewed', async () => {
    const store = new FakeStore(['A0']);
    const one = instance(store);
    await one.start();
    const renewed = Promise.withResolvers<Set<string>>();
    jest.spyOn(store, 'renew').mockReturnValue(renewed.promise);
    await one.look();
    await one.end('A0');
    renewed.resolve(new Set());
    await settled();
    expect(one.works[0].signal.aborted).toBe(false);
  });

  it('holds a new job at once, and says whether it runs', async () => {
    const store = new FakeStore([]);
    const one = instance(store, { maxHeld: 3 });
    await one.start();
    expect(one.leasing.freeTurns).toBe(2);
    const runs = ['A0', 'A1', 'A2', 'A3'].map((id) =>
      one.leasing.add(store.insert(id, LEASE)),
    );
    expect(runs).toEqual([true, true, false, false]);
    expect(one.leasing).toMatchObject({ running: 2, waiting: 1, freeTurns: 0 });
  });

  it('gives all back when it stops, after its work has ended', async () => {
    const store = new FakeStore(NINE);
    const one = instance(store);
    await one.start();
    await one.leasing.stop();
    expect(one.works.map(({ signal }) => signal.reason)).toEqual([
      expect.any(StoppedError),
      expect.any(StoppedError),
    ]);
    expect(String(one.works[0].signal.reason)).toContain('stops');
    expect(store.freeIds()).toEqual(NINE);
    expect(one.leasing).toMatchObject({ running: 0, waiting: 0 });
    expect(one.errors).toEqual([]);
    await one.look();
    expect(store.freeIds()).toEqual(NINE);
  });

  it('gives back what it was claiming when it stopped', async () => {
    const store = new FakeStore(NINE);
    const one = instance(store);
    one.leasing.start();
    await one.leasing.stop();
    expect(store.freeIds()).toEqual(NINE);
    expect(one.ids()).toEqual([]);
  });

  it('stops though the store is away', async () => {
    const store = new FakeStore(NINE);
    const one = instance(store);
    await one.start();
    store.fails = true;
    await one.leasing.stop();
    expect(one.errors).toHaveLength(1);
  });

  it('looks by itself, and again and again', async () => {
    const store = new FakeStore(['A0']);
    const one = instance(store, {
      now: undefined,
      repeat: undefined,
      leaseMs: 6,
      lookEveryMs: 2,
    });
    const claim = jest.spyOn(store, 'claim');
    const looks = Promise.withResolvers<void>();
    claim.mockImplementation(async () => {
      if (claim.mock.calls.length === 3) looks.resolve();
      return [];
    });
    await one.start();
    await looks.promise;
    await one.leasing.stop();
    expect(claim.mock.calls.length).toBeGreaterThanOrEqual(3);
  });

  it.each([
    { lookEveryMs: 6 },
    { lookEveryMs: 0 },
    { maxRunning: 0 },
    { maxHeld: 1 },
  ])('refuses %j', (options) => {
    expect(() => instance(new FakeStore([]), options)).toThrow(RangeError);
  });
});
