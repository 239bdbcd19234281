import * as fc from 'fast-check';
import { Batcher, ClosedError, DeadlineExceededError, QueueFullError } from '.';

class ItemFault extends Error {}
class Transient extends Error {}

/** An item, and how things stood when it was submitted. */
interface Item {
  readonly id: number;
  readonly poisoned: boolean;
  readonly submittedAt: number;
  readonly closed: boolean;
  readonly full: boolean;
}

interface Verdict {
  readonly at: number;
  readonly result?: string;
  readonly error?: unknown;
}

/** A call of `run`, and how it ended. */
interface Attempt {
  readonly items: readonly Item[];
  readonly startedAt: number;
  ending?: Outcome | 'poison';
  error?: Error;
}

type ValueOf<T> = T extends fc.Arbitrary<infer Value> ? Value : never;
type Limits = ValueOf<typeof limitsArbitrary>;
type Event = ValueOf<typeof eventArbitrary>;
type Outcome = ValueOf<typeof outcomeArbitrary>;

const DEADLINE_MS = 5;

const ERRORS: { readonly [ending in Outcome | 'poison']?: () => Error } = {
  transient: () => new Transient(),
  fatal: () => new Error('connection lost'),
  poison: () => new ItemFault(),
};

const limitsArbitrary = fc.record({
  maxBatchSize: fc.integer({ min: 1, max: 5 }),
  maxWaiting: fc.integer({ min: 1, max: 12 }),
  maxInFlight: fc.integer({ min: 1, max: 3 }),
  maxRetries: fc.integer({ min: 0, max: 2 }),
});

/** Items come at once (true: poisoned), milliseconds pass, or the batcher is drained. */
const eventArbitrary = fc.oneof(
  { weight: 6, arbitrary: fc.array(fc.boolean(), { maxLength: 6 }) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 3 }) },
  { weight: 1, arbitrary: fc.constant('drain' as const) },
);

const outcomeArbitrary = fc.oneof(
  { weight: 4, arbitrary: fc.constant('commit' as const) },
  {
    weight: 3,
    arbitrary: fc.constantFrom('transient', 'fatal', 'short'),
  },
);

describe('Batcher, in any order of events', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('gives every item exactly one verdict, and the right one', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        limitsArbitrary,
        fc.array(eventArbitrary, { maxLength: 12 }),
        fc.infiniteStream(outcomeArbitrary),
        async (scheduler, limits, events, outcomes) => {
          const play = new Play(scheduler, limits, outcomes);
          await play.perform(events);

          expect(play.mostInFlight).toBeLessThanOrEqual(limits.maxInFlight);
          expect(play.batcher).toMatchObject({ waiting: 0, inFlight: 0 });
          for (const drain of play.drains) {
            expect(drain.missingAtEnd).toBe(0);
          }
          for (const attempt of play.attempts) {
            expectWithinLimits(attempt, limits);
          }
          for (const [item, verdicts] of play.verdicts) {
            expect(verdicts).toHaveLength(1);
            const attempts = play.attempts.filter(({ items }) =>
              items.includes(item),
            );
            expect(isRight(item, verdicts[0], attempts, limits)).toBe(true);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

function expectWithinLimits(
  { items, startedAt }: Attempt,
  { maxBatchSize }: Limits,
): void {
  expect(items.length).toBeGreaterThan(0);
  expect(items.length).toBeLessThanOrEqual(maxBatchSize);
  for (const { submittedAt } of items) {
    expect(startedAt - submittedAt).toBeLessThanOrEqual(DEADLINE_MS);
  }
}

function isRight(
  item: Item,
  { at, result, error }: Verdict,
  attempts: readonly Attempt[],
  { maxRetries }: Limits,
): boolean {
  const neverSent = attempts.length === 0;
  if (item.closed) return error instanceof ClosedError && neverSent;
  if (item.full) return error instanceof QueueFullError && neverSent;
  if (error instanceof DeadlineExceededError) {
    const late = at - item.submittedAt > DEADLINE_MS;
    return late && attempts.every(committedNothing);
  }
  // What may have been committed is never sent again.
  if (!attempts.slice(0, -1).every(committedNothing)) return false;
  const last = attempts.at(-1)!;
  switch (last.ending) {
    case 'commit':
      return result === `result ${item.id}`;
    case 'short':
      return String(error).includes('returned');
    case 'fatal':
      return error === last.error;
    case 'poison':
      return error === last.error && item.poisoned && last.items.length === 1;
    case 'transient': {
      // A split gives each half its own retries.
      const split = attempts.findLastIndex(({ ending }) => ending === 'poison');
      const tries = attempts.length - 1 - split;
      return error === last.error && tries === maxRetries + 1;
    }
    default:
      return false;
  }
}

function committedNothing({ ending }: Attempt): boolean {
  return ending === 'transient' || ending === 'poison';
}

/** Plays events; every turn, end of a batch and pause comes when the scheduler wants it. */
class Play {
  readonly verdicts = new Map<Item, Verdict[]>();
  readonly attempts: Attempt[] = [];
  readonly drains: { missingAtEnd?: number }[] = [];
  readonly batcher: Batcher<Item, string>;
  mostInFlight = 0;
  private inFlight = 0;
  private now = 0;

  constructor(
    private readonly scheduler: fc.Scheduler,
    private readonly limits: Limits,
    private readonly outcomes: fc.Stream<Outcome>,
  ) {
    this.batcher = new Batcher({
      ...limits,
      run: (items) => this.run(items),
      deadlineMs: DEADLINE_MS,
      isItemFault: (error) => error instanceof ItemFault,
      isTransient: (error) => error instanceof Transient,
      now: () => this.now,
      sleep: () => this.moment('pause'),
    });
  }

  async perform(events: readonly Event[]): Promise<void> {
    const setImmediate = (flush: () => void) => {
      void this.moment('turn').then(() => flush());
      return {} as NodeJS.Immediate;
    };
    jest.spyOn(globalThis, 'setImmediate').mockImplementation(setImmediate);
    for (const event of events) {
      void this.moment('event').then(() => this.happen(event));
    }
    await this.scheduler.waitIdle();
  }

  private moment(label: string): Promise<void> {
    return this.scheduler.schedule(Promise.resolve(), label);
  }

  private happen(event: Event): void {
    if (event === 'drain') this.drain();
    else if (typeof event === 'number') this.now += event;
    else for (const poisoned of event) this.submit(poisoned);
  }

  private submit(poisoned: boolean): void {
    const item: Item = {
      id: this.verdicts.size,
      poisoned,
      submittedAt: this.now,
      closed: this.drains.length > 0,
      full: this.batcher.waiting >= this.limits.maxWaiting,
    };
    const verdicts: Verdict[] = [];
    this.verdicts.set(item, verdicts);
    this.batcher.submit(item).then(
      (result) => verdicts.push({ at: this.now, result }),
      (error: unknown) => verdicts.push({ at: this.now, error }),
    );
  }

  private drain(): void {
    const verdicts = [...this.verdicts.values()];
    const drain: (typeof this.drains)[number] = {};
    this.drains.push(drain);
    void this.batcher.drain().then(() => {
      const missing = verdicts.filter((own) => own.length === 0);
      return (drain.missingAtEnd = missing.length);
    });
  }

  private async run(items: readonly Item[]): Promise<string[]> {
    const attempt: Attempt = { items, startedAt: this.now };
    this.attempts.push(attempt);
    this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight);
    await this.moment('end of batch');
    this.inFlight--;
    attempt.ending = this.endingOf(items);
    attempt.error = ERRORS[attempt.ending]?.();
    if (attempt.error) throw attempt.error;
    const results = items.map(({ id }) => `result ${id}`);
    return attempt.ending === 'short' ? results.slice(1) : results;
  }

  private endingOf(items: readonly Item[]): Outcome | 'poison' {
    const outcome = this.outcomes.next().value;
    if (outcome === 'transient' || outcome === 'fatal') return outcome;
    return items.some(({ poisoned }) => poisoned) ? 'poison' : outcome;
  }
}
