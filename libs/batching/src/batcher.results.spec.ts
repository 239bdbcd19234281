import { setImmediate as turn } from 'node:timers/promises';
import { DeadlineExceededError, QueueFullError } from '.';
import {
  ItemFault,
  commit,
  createBatcher,
  createHeldBatcher,
  verdicts,
  type Options,
} from '../test/test-batcher';

describe('a batcher', () => {
  describe('resolves and rejects items', () => {
    it('with the result of each item', async () => {
      const { submitAll } = createBatcher();
      expect(verdicts(await submitAll('abc'))).toEqual(commit(['a', 'b', 'c']));
    });

    it('with an error for a new item if too many wait', async () => {
      const { batcher, submitAll } = createBatcher({ maxWaiting: 2 });
      const taken = submitAll('ab');
      await expect(batcher.submit('c')).rejects.toThrow(QueueFullError);
      expect(verdicts(await taken)).toEqual(commit(['a', 'b']));
      await expect(batcher.submit('d')).resolves.toBe('d is in');
    });

    it('with an error after their deadline, but not at it', async () => {
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

    it('of a batch that it fills with items before their deadline', async () => {
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

    it('of the next batch if all items of one are too late', async () => {
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

    it('with the same error if their batch failed for an unknown reason', async () => {
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
    ])('with an error after %s, and continues', async (_, answer, message) => {
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
    });

    it('without a retry or a split if they may have been committed', async () => {
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
});

function fail(error: Error): never {
  throw error;
}
