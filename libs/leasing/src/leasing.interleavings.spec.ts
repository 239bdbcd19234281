import { setImmediate as settled } from 'node:timers/promises';
import * as fc from 'fast-check';
import { Leasing } from '.';
import { FakeStore, type StoredJob } from '../test/fake-store';

const LEASE = 15;
const LOOK = 4;
const INSTANCES = 3;
const MAX_RUNNING = 2;

/** What may happen; time passes in every instance that lives. */
const eventArbitrary = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ pass: fc.integer({ min: 1, max: 16 }) }),
  },
  { weight: 4, arbitrary: fc.record({ job: fc.constantFrom('A', 'B', 'C') }) },
  { weight: 4, arbitrary: fc.record({ end: fc.nat({ max: 5 }) }) },
  { weight: 1, arbitrary: fc.record({ fail: fc.nat({ max: 5 }) }) },
  { weight: 1, arbitrary: fc.record({ kill: fc.nat({ max: INSTANCES - 1 }) }) },
  { weight: 1, arbitrary: fc.record({ stop: fc.nat({ max: INSTANCES - 1 }) }) },
  { weight: 2, arbitrary: fc.record({ away: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ cut: fc.nat({ max: INSTANCES - 1 }) }) },
);

describe('Leasing, in any order of events', () => {
  it('never runs a job in two instances at once, and runs each to its end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(eventArbitrary, { maxLength: 40 }),
        async (events) => {
          const play = new Play();
          for (const event of events) {
            await play.happen(event);
            expectOneRunOfEach(play);
          }
          await play.finishAll();
          expectOneRunOfEach(play);
          expect(play.unfinished()).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('holds every abandoned job again within a lease and a look', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(eventArbitrary, { maxLength: 30 }),
        async (events) => {
          const play = new Play();
          for (const event of events) await play.happen(event);
          await play.mend();
          await play.happen({ kill: 0 });
          for (let t = 0; t < LEASE + LOOK; t++) await play.happen({ pass: 1 });
          expect(play.store.freeIds()).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });
});

function expectOneRunOfEach(play: Play): void {
  const running = play.running();
  expect(new Set(running).size).toBe(running.length);
  expect(play.mostRunning()).toBeLessThanOrEqual(MAX_RUNNING);
}

type ValueOf<T> = T extends fc.Arbitrary<infer Value> ? Value : never;
type Event = ValueOf<typeof eventArbitrary>;

interface Run {
  readonly id: string;
  readonly instance: Instance;
  readonly signal: AbortSignal;
  readonly end: () => void;
  readonly fail: () => void;
}

/** A process; one that was killed does nothing any more, and its place is taken by a new one. */
class Instance {
  isAlive = true;
  /** Whether its way to the store is cut. */
  isCut = false;
  private look = () => {};
  private lookedAt: number;
  readonly leasing: Leasing<StoredJob>;

  constructor(
    private readonly store: FakeStore,
    runs: Set<Run>,
  ) {
    this.lookedAt = store.now;
    this.leasing = new Leasing<StoredJob>({
      store: {
        claim: async (...args) => this.reach().claim(...args),
        renew: async (...args) => this.reach().renew(...args),
        release: async (...args) => this.reach().release(...args),
      },
      run: (job, signal) => {
        const { promise, resolve, reject } = Promise.withResolvers<void>();
        const run: Run = {
          id: job.id,
          instance: this,
          signal,
          end: () => {
            store.finish(job);
            resolve();
          },
          fail: () => reject(new Error('failed')),
        };
        runs.add(run);
        signal.addEventListener('abort', () => reject(signal.reason));
        return promise.finally(() => runs.delete(run));
      },
      leaseMs: LEASE,
      lookEveryMs: LOOK,
      maxRunning: MAX_RUNNING,
      maxHeld: 1_000,
      onError: () => undefined,
      now: () => store.now,
      repeat: (_, work) => {
        this.look = work;
        return () => (this.look = () => {});
      },
    });
    this.leasing.start();
  }

  private reach(): FakeStore {
    if (this.isCut) throw new Error('cut');
    return this.store;
  }

  tick(): void {
    if (!this.isAlive || this.store.now < this.lookedAt + LOOK) return;
    this.lookedAt = this.store.now;
    this.look();
  }
}

class Play {
  readonly store = new FakeStore([]);
  private readonly runs = new Set<Run>();
  private readonly instances = Array.from({ length: INSTANCES }, () =>
    this.newInstance(),
  );
  private jobs = 0;

  async happen(event: Event): Promise<void> {
    if ('pass' in event) await this.pass(event.pass);
    if ('job' in event) this.add(event.job);
    if ('end' in event) this.nth(event.end)?.end();
    if ('fail' in event) this.nth(event.fail)?.fail();
    if ('away' in event) this.store.fails = event.away;
    if ('cut' in event) this.cut(event.cut);
    if ('kill' in event) this.kill(event.kill);
    if ('stop' in event) await this.stop(event.stop);
    await settled();
  }

  /** The ids of what living instances run, and have not been told to end. */
  running(): string[] {
    return this.living()
      .filter(({ signal }) => !signal.aborted)
      .map(({ id }) => id);
  }

  mostRunning(): number {
    return Math.max(...this.instances.map(({ leasing }) => leasing.running));
  }

  async finishAll(): Promise<void> {
    await this.mend();
    await this.pass(LEASE + LOOK);
    while (this.nth(0)) {
      for (const { end } of this.living()) end();
      await settled();
      await this.pass(LOOK);
    }
  }

  async mend(): Promise<void> {
    this.store.fails = false;
    for (const instance of this.instances) instance.isCut = false;
    await settled();
  }

  unfinished(): string[] {
    return [...this.store.rows]
      .filter(([, { ended }]) => !ended)
      .map(([id]) => id);
  }

  private async pass(time: number): Promise<void> {
    for (let t = 0; t < time; t++) {
      this.store.now++;
      for (const instance of this.instances) instance.tick();
      await settled();
    }
  }

  /** In an instance of its own where the store is there. */
  private add(owner: string): void {
    const id = `${owner}${++this.jobs}`;
    const [first] = this.instances;
    if (this.store.fails || first.isCut) this.store.free(id);
    else first.leasing.add(this.store.insert(id, LEASE));
  }

  private cut(n: number): void {
    this.instances[n].isCut = !this.instances[n].isCut;
  }

  private kill(n: number): void {
    this.instances[n].isAlive = false;
    this.instances[n] = this.newInstance();
  }

  private async stop(n: number): Promise<void> {
    await this.instances[n].leasing.stop();
    this.instances[n] = this.newInstance();
  }

  private newInstance(): Instance {
    return new Instance(this.store, this.runs);
  }

  private living(): Run[] {
    return [...this.runs].filter(({ instance }) => instance.isAlive);
  }

  private nth(n: number): Run | undefined {
    return this.living()[n];
  }
}
