import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import { Batcher, ClosedError, DeadlineExceededError, QueueFullError } from '.';
import {
  Transient,
  commit,
  createBatcher,
  createHeldBatcher,
  ownerOf,
  submitEach,
  type Options,
} from '../test/test-batcher';

describe('Batcher', () => {
  describe('forms batches', () => {
    it('sends a single item in the turn of its arrival', async () => {
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

  describe('shares its queue between owners', () => {
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

    it('of whom the one with the most loses its newest item for another owner', async () => {
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

    it('of whom none loses its last place', async () => {
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

  it('limits the weight of a batch, and sends a heavier item alone', async () => {
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

  describe('drains', () => {
    it('at once when there is nothing to do', async () => {
      await expect(createBatcher().batcher.drain()).resolves.toBeUndefined();
    });

    it('after the last result, and accepts no new items', async () => {
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
    [new ClosedError(), 'The batcher accepts no more items'],
  ])('explains why it rejected an item: %s', (error, message) => {
    expect(error.message).toBe(message);
  });

  it('has a default clock and default pauses', async () => {
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
  ])('rejects the option %p', (options) => {
    expect(() => createBatcher(options)).toThrow(
      new RegExp(
        `^${Object.keys(options)[0]} must be an integer from [01] on$`,
      ),
    );
  });
});
