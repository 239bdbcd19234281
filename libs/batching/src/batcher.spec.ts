import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import {
  Batcher,
  type BatcherOptions,
  ClosedError,
  DeadlineExceededError,
  QueueFullError,
} from '.';

class ItemFault extends Error {}
class Transient extends Error {}

interface SentBatch {
  readonly items: readonly string[];
  readonly end: (results?: readonly string[]) => Promise<void>;
  readonly fail: (error: unknown) => Promise<void>;
}

type Options = BatcherOptions<string, string>;

const commit = (items: readonly string[]) =>
  items.map((item) => `${item} is in`);

/** A batcher with a clock and pauses of the test's own. */
function createBatcher(options: Partial<Options> = {}) {
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

/** A turn for the verdicts, and one for the batch that leaves then. */
async function nextBatch(): Promise<void> {
  await turn();
  await turn();
}

/** A batcher whose batches end when the test says so. */
function createHeldBatcher(options: Partial<Options> = {}) {
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

/** The picky one says which it was. */
const culpritOf = (error: unknown) => (error as ItemFault).message;

/** Refuses any batch with an upper-case letter, and records what it is sent. */
function createPicky() {
  const sent: string[] = [];
  const run = async (items: readonly string[]) => {
    sent.push(items.join(''));
    const guilty = items.find((item) => item !== item.toLowerCase());
    if (guilty !== undefined) throw new ItemFault(guilty);
    return commit(items);
  };
  return { run, sent };
}

const verdicts = (settled: readonly PromiseSettledResult<string>[]) =>
  settled.map((verdict) =>
    verdict.status === 'fulfilled' ? verdict.value : verdict.reason,
  );

/** The first letter of an item is its owner. */
const ownerOf = (item: string) => item[0];

const submitEach = (
  { batcher }: Pick<ReturnType<typeof createBatcher>, 'batcher'>,
  ...items: string[]
) => items.map((item) => batcher.submit(item));

describe('Batcher', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  describe('forms batches', () => {
    it('sends a lone item in the turn it came', async () => {
      const { batcher, sentItems } = createHeldBatcher();
      void batcher.submit('a');
      await turn();
      expect(sentItems()).toEqual(['a']);
    });

    it('sends the items of one turn together', async () => {
      const { batcher, sentItems } = createHeldBatcher({ maxInFlight: 4 });
      void batcher.submit('a');
      await Promise.resolve();
      void batcher.submit('b');
      await turn();
      expect(sentItems()).toEqual(['ab']);
    });

    it('sends a batch as soon as another slot is free', async () => {
      const { submitAll, sentItems } = createHeldBatcher({ maxInFlight: 2 });
      void submitAll('a');
      await turn();
      void submitAll('b');
      await turn();
      expect(sentItems()).toEqual(['a', 'b']);
    });

    it('gathers while every slot is busy, and sends when a batch returns', async () => {
      const { submitAll, sent, sentItems } = createHeldBatcher();
      void submitAll('a');
      await turn();
      void submitAll('bc');
      await turn();
      void submitAll('d');
      await turn();
      expect(sentItems()).toEqual(['a']);
      await sent[0].end();
      expect(sentItems()).toEqual(['a', 'bcd']);
    });

    it('fills the free slots with batches of at most the allowed size', async () => {
      const { submitAll, sent, sentItems } = createHeldBatcher({
        maxBatchSize: 2,
        maxInFlight: 2,
      });
      void submitAll('abcdefg');
      await turn();
      expect(sentItems()).toEqual(['ab', 'cd']);
      await sent[1].end();
      expect(sentItems()).toEqual(['ab', 'cd', 'ef']);
    });

    it('counts what waits and what is in flight', async () => {
      const { batcher, submitAll, sent } = createHeldBatcher({
        maxBatchSize: 2,
      });
      void submitAll('abc');
      expect(batcher).toMatchObject({ waiting: 3, inFlight: 0 });
      await turn();
      expect(batcher).toMatchObject({ waiting: 1, inFlight: 1 });
      await sent[0].end();
      await sent[1].end();
      expect(batcher).toMatchObject({ waiting: 0, inFlight: 0 });
    });

    it('runs outside the async context of its callers', async () => {
      const context = new AsyncLocalStorage<string>();
      const contexts: unknown[] = [];
      const { batcher } = createBatcher({
        run: async (items) => {
          contexts.push(context.getStore());
          return commit(items);
        },
      });
      await context.run('first', () => batcher.submit('a'));
      await context.run('second', () => batcher.submit('b'));
      expect(contexts).toEqual([undefined, undefined]);
    });
  });

  describe('gives verdicts', () => {
    it('resolves each item to its own result', async () => {
      const { submitAll } = createBatcher();
      expect(verdicts(await submitAll('abc'))).toEqual(commit(['a', 'b', 'c']));
    });

    it('refuses an item at once when too many wait, and takes others later', async () => {
      const { batcher, submitAll } = createBatcher({ maxWaiting: 2 });
      const taken = submitAll('ab');
      await expect(batcher.submit('c')).rejects.toThrow(QueueFullError);
      expect(verdicts(await taken)).toEqual(commit(['a', 'b']));
      await expect(batcher.submit('d')).resolves.toBe('d is in');
    });

    it('sends an item at its deadline, and drops it after', async () => {
      const { submitAll, clock, sent, sentItems } = createHeldBatcher();
      void submitAll('a');
      await turn();
      const early = submitAll('b');
      clock.ms = 1;
      void submitAll('c');
      clock.ms = 1001;
      await sent[0].end();
      expect(sentItems()).toEqual(['a', 'c']);
      expect(verdicts(await early)).toEqual([
        expect.any(DeadlineExceededError),
      ]);
    });

    it('fills a batch with what is not too late', async () => {
      const { submitAll, clock, sent, sentItems } = createHeldBatcher({
        maxBatchSize: 2,
      });
      void submitAll('a');
      await turn();
      void submitAll('bcd');
      clock.ms = 1;
      void submitAll('ef');
      clock.ms = 1001;
      await sent[0].end();
      expect(sentItems()).toEqual(['a', 'ef']);
    });

    it('goes on to the next batch when all of one are too late', async () => {
      const { submitAll, clock, sent, sentItems } = createHeldBatcher({
        maxBatchSize: 1,
      });
      void submitAll('ab');
      await turn();
      clock.ms = 1001;
      void submitAll('c');
      await sent[0].end();
      await turn();
      expect(sentItems()).toEqual(['a', 'c']);
    });

    it('rejects every item of a batch that failed for an unknown reason', async () => {
      const { submitAll, sent, sentItems } = createHeldBatcher();
      const settled = submitAll('ab');
      await turn();
      const lost = new Error('connection lost');
      await sent[0].fail(lost);
      expect(verdicts(await settled)).toEqual([lost, lost]);
      expect(sentItems()).toEqual(['ab']);
    });

    it.each<[string, () => unknown, RegExp]>([
      ['too few results', () => Promise.resolve(['x']), /2 items.* 1 results/],
      ['too many', () => Promise.resolve(['x', 'y', 'z']), /2 items.* 3 res/],
      ['no results', () => Promise.resolve(), /undefined/],
      ['a synchronous throw', () => fail(new Error('at once')), /at once/],
      ['a predicate that throws', () => Promise.reject(null), /null/],
    ])(
      'rejects every item on %s, and carries on',
      async (_, answer, message) => {
        const run = jest.fn(answer as Options['run']);
        const { batcher, submitAll } = createBatcher({
          run,
          isItemFault: (error) => error!.constructor === ItemFault,
          isTransient: () => false,
        });
        const rejected = {
          status: 'rejected',
          reason: expect.objectContaining({
            message: expect.stringMatching(message),
          }),
        };
        expect(await submitAll('ab')).toEqual([rejected, rejected]);
        expect(run).toHaveBeenCalledTimes(1);
        run.mockImplementation(async (items) => commit(items));
        await expect(batcher.submit('c')).resolves.toBe('c is in');
      },
    );

    it('never splits or repeats a batch that may have been committed', async () => {
      const run = jest.fn(async () => []);
      const { submitAll } = createBatcher({
        run,
        isItemFault: () => true,
        isTransient: () => true,
      });
      await submitAll('ab');
      expect(run).toHaveBeenCalledTimes(1);
    });
  });

  describe('shares its room between owners', () => {
    it('who take turns to fill a batch', async () => {
      const held = createHeldBatcher({ ownerOf, maxBatchSize: 3 });
      const all = submitEach(held, 'a1', 'a2', 'a3', 'b1', 'c1');
      await turn();
      expect(held.sentItems()).toEqual(['a1b1c1']);
      await held.sent[0].end();
      expect(held.sentItems()).toEqual(['a1b1c1', 'a2a3']);
      await held.sent[1].end();
      await Promise.all(all);
    });

    it('and takes the place of the newest item of the owner with the most', async () => {
      const made = createBatcher({ ownerOf, maxWaiting: 3 });
      const [first, second, third] = submitEach(made, 'a1', 'a2', 'a3');
      const lost = third.catch((error: unknown) => error);
      const [other] = submitEach(made, 'b1');
      expect(await lost).toBeInstanceOf(QueueFullError);
      await expect(made.batcher.submit('a4')).rejects.toThrow(QueueFullError);
      expect(await Promise.all([first, second, other])).toEqual(
        commit(['a1', 'a2', 'b1']),
      );
    });

    it('and gives nobody the last place of another', async () => {
      const made = createBatcher({ ownerOf, maxWaiting: 2 });
      const all = submitEach(made, 'a1', 'b1');
      await expect(made.batcher.submit('c1')).rejects.toThrow(QueueFullError);
      await Promise.all(all);
    });

    it('also by weight', async () => {
      const made = createBatcher({
        ownerOf,
        weightOf: ({ length }) => length,
        maxWaitingWeight: 10,
      });
      const [first, second] = submitEach(made, 'a123', 'a12345');
      const lost = second.catch((error: unknown) => error);
      const [other] = submitEach(made, 'b1');
      expect(await lost).toBeInstanceOf(QueueFullError);
      // Alone it would hold the most.
      await expect(made.batcher.submit('c1234567890')).rejects.toThrow(
        QueueFullError,
      );
      expect(await Promise.all([first, other])).toEqual(commit(['a123', 'b1']));
    });
  });

  it('bounds the weight of a batch, and sends a heavier item alone', async () => {
    const held = createHeldBatcher({
      weightOf: ({ length }) => length,
      maxBatchWeight: 4,
      maxInFlight: 9,
    });
    const all = ['ab', 'cd', 'efghij', 'k', 'l'].map((item) =>
      held.batcher.submit(item),
    );
    await turn();
    expect(held.sentItems()).toEqual(['abcd', 'efghij', 'kl']);
    await Promise.all(held.sent.map(({ end }) => end()));
    await Promise.all(all);
  });

  describe('takes out of a batch whom an item fault blames', () => {
    it('and sends the others again as a whole', async () => {
      const { run, sent } = createPicky();
      const { submitAll } = createBatcher({ run, culpritOf });
      expect(verdicts(await submitAll('abCdEf'))).toEqual([
        'a is in',
        'b is in',
        new ItemFault('C'),
        'd is in',
        new ItemFault('E'),
        'f is in',
      ]);
      expect(sent).toEqual(['abCdEf', 'abdEf', 'abdf']);
    });

    it('and splits it where nobody in it is to blame', async () => {
      const { run, sent } = createPicky();
      const { submitAll } = createBatcher({ run, culpritOf: () => 'x' });
      expect(verdicts(await submitAll('aB'))).toEqual([
        'a is in',
        new ItemFault('B'),
      ]);
      expect(sent).toEqual(['aB', 'a', 'B']);
    });

    it('and asks nobody about a lone item', async () => {
      const asked = jest.fn(culpritOf);
      const { submitAll } = createBatcher({
        ...createPicky(),
        culpritOf: asked,
      });
      expect(verdicts(await submitAll('A'))).toEqual([new ItemFault('A')]);
      expect(asked).not.toHaveBeenCalled();
    });
  });

  describe('splits a batch on an item fault', () => {
    it.each(['A', 'Abcd', 'abCde', 'abcdefgH', 'aBcDefg', 'ABC'])(
      'in %s only the guilty fail',
      async (items) => {
        const { submitAll } = createBatcher(createPicky());
        expect(verdicts(await submitAll(items))).toEqual(
          Array.from(items, (item) =>
            item === item.toLowerCase() ? `${item} is in` : new ItemFault(item),
          ),
        );
      },
    );

    it('halves it, one after the other', async () => {
      const { run, sent } = createPicky();
      const { submitAll } = createBatcher({ run });
      await submitAll('abCde');
      expect(sent).toEqual(['abCde', 'ab', 'Cde', 'C', 'de']);
    });

    it('tries the second half when the first fails for an unknown reason', async () => {
      const { submitAll, sent } = createHeldBatcher();
      const settled = submitAll('abc');
      await turn();
      await sent[0].fail(new ItemFault());
      await sent[1].fail(new Error('connection lost'));
      await sent[2].end();
      expect(verdicts(await settled)).toEqual([
        expect.objectContaining({ message: 'connection lost' }),
        'b is in',
        'c is in',
      ]);
    });

    it('drops what is too late by then', async () => {
      const { submitAll, clock, sent, sentItems } = createHeldBatcher();
      const settled = submitAll('ab');
      await turn();
      clock.ms = 1001;
      await sent[0].fail(new ItemFault());
      expect(sentItems()).toEqual(['ab']);
      const late = expect.any(DeadlineExceededError);
      expect(verdicts(await settled)).toEqual([late, late]);
    });
  });

  describe('repeats a batch on a transient error', () => {
    it('after pauses that double and jitter', async () => {
      jest.spyOn(Math, 'random').mockReturnValue(0.5);
      const run = jest
        .fn<Promise<string[]>, [readonly string[]]>(async (items) =>
          commit(items),
        )
        .mockRejectedValueOnce(new Transient())
        .mockRejectedValueOnce(new Transient());
      const { submitAll, pauses } = createBatcher({ run, backoffMs: 8 });
      expect(verdicts(await submitAll('ab'))).toEqual(commit(['a', 'b']));
      expect(pauses).toEqual([4, 8]);
    });

    it('no more often than allowed, then every item has the error', async () => {
      const error = new Transient();
      const run = jest.fn().mockRejectedValue(error);
      const { submitAll } = createBatcher({ run, maxRetries: 2 });
      expect(verdicts(await submitAll('ab'))).toEqual([error, error]);
      expect(run).toHaveBeenCalledTimes(3);
    });

    it('but drops what is too late by then', async () => {
      const run = jest.fn().mockRejectedValue(new Transient());
      jest.spyOn(Math, 'random').mockReturnValue(0.5);
      const { submitAll } = createBatcher({ run, backoffMs: 2002 });
      expect(verdicts(await submitAll('a'))).toEqual([
        expect.any(DeadlineExceededError),
      ]);
      expect(run).toHaveBeenCalledTimes(1);
    });

    it('in its slot, which stays taken during the pause', async () => {
      const pause = Promise.withResolvers<void>();
      const { batcher, submitAll, sent, sentItems } = createHeldBatcher({
        sleep: () => pause.promise,
      });
      void submitAll('a');
      await turn();
      await sent[0].fail(new Transient());
      void submitAll('b');
      await turn();
      expect(batcher).toMatchObject({ waiting: 1, inFlight: 1 });
      pause.resolve();
      await turn();
      expect(sentItems()).toEqual(['a', 'a']);
    });
  });

  describe('drains', () => {
    it('at once when there is nothing to do', async () => {
      await expect(createBatcher().batcher.drain()).resolves.toBeUndefined();
    });

    it('after the last verdict, and takes nothing new', async () => {
      const { batcher, submitAll, sent } = createHeldBatcher({
        maxBatchSize: 1,
      });
      const log: string[] = [];
      void submitAll('ab').then(() => log.push('verdicts'));
      const drained = [batcher.drain(), batcher.drain()].map(async (drain) => {
        await drain;
        log.push('drained');
      });
      await expect(batcher.submit('c')).rejects.toThrow(ClosedError);
      await turn();
      await sent[0].end();
      await turn();
      expect(log).toEqual([]);
      await sent[1].end();
      await Promise.all(drained);
      expect(log).toEqual(['verdicts', 'drained', 'drained']);
    });
  });

  it.each([
    [new QueueFullError(), 'Too many items are waiting'],
    [new DeadlineExceededError(), 'The item waited longer than its deadline'],
    [new ClosedError(), 'The batcher takes no more items'],
  ])('says why it refused an item: %s', (error, message) => {
    expect(error.message).toBe(message);
  });

  it('has a clock and pauses of its own', async () => {
    const batcher = new Batcher<string, string>({
      run: jest
        .fn()
        .mockRejectedValueOnce(new Transient())
        .mockResolvedValue(['x']),
      maxBatchSize: 1,
      maxWaiting: 1,
      maxInFlight: 1,
      deadlineMs: 60_000,
      isItemFault: () => false,
      isTransient: () => true,
      maxRetries: 1,
      backoffMs: 0,
    });
    await expect(batcher.submit('a')).resolves.toBe('x');
  });

  it.each<Partial<Options>>([
    { maxBatchSize: 0 },
    { maxBatchSize: 1.5 },
    { maxWaiting: 0 },
    { maxWaiting: Infinity },
    { maxInFlight: 0 },
    { deadlineMs: NaN },
    { maxRetries: -1 },
    { backoffMs: -1 },
  ])('does not start with %p', (options) => {
    expect(() => createBatcher(options)).toThrow(
      new RegExp(
        `^${Object.keys(options)[0]} must be an integer from [01] on$`,
      ),
    );
  });
});

function fail(error: Error): never {
  throw error;
}
