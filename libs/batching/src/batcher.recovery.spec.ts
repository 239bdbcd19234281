import { setImmediate as turn } from 'node:timers/promises';
import { DeadlineExceededError } from '.';
import {
  ItemFault,
  Transient,
  commit,
  createBatcher,
  createHeldBatcher,
  culpritOf,
  createPicky,
  verdicts,
} from '../test/test-batcher';

describe('after an error, a batcher', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  describe('removes the culprit of an item fault from the batch', () => {
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

    it('and splits the batch if the culprit is not in it', async () => {
      const { run, sent } = createPicky();
      const { submitAll } = createBatcher({ run, culpritOf: () => 'x' });
      expect(verdicts(await submitAll('aB'))).toEqual([
        'a is in',
        new ItemFault('B'),
      ]);
      expect(sent).toEqual(['aB', 'a', 'B']);
    });

    it('and does not search for it in a single item', async () => {
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
      'in %s only the culprits fail',
      async (items) => {
        const { submitAll } = createBatcher(createPicky());
        expect(verdicts(await submitAll(items))).toEqual(
          Array.from(items, (item) =>
            item === item.toLowerCase() ? `${item} is in` : new ItemFault(item),
          ),
        );
      },
    );

    it('into halves that run one after the other', async () => {
      const { run, sent } = createPicky();
      const { submitAll } = createBatcher({ run });
      await submitAll('abCde');
      expect(sent).toEqual(['abCde', 'ab', 'Cde', 'C', 'de']);
    });

    it('and tries the second half if the first fails for an unknown reason', async () => {
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

    it('and drops items whose deadline is over by then', async () => {
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

  describe('retries a batch after a transient error', () => {
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

    it('up to the limit, then every item has the error', async () => {
      const error = new Transient();
      const run = jest.fn().mockRejectedValue(error);
      const { submitAll } = createBatcher({ run, maxRetries: 2 });
      expect(verdicts(await submitAll('ab'))).toEqual([error, error]);
      expect(run).toHaveBeenCalledTimes(3);
    });

    it('but drops items whose deadline is over by then', async () => {
      const run = jest.fn().mockRejectedValue(new Transient());
      jest.spyOn(Math, 'random').mockReturnValue(0.5);
      const { submitAll } = createBatcher({ run, backoffMs: 2002 });
      expect(verdicts(await submitAll('a'))).toEqual([
        expect.any(DeadlineExceededError),
      ]);
      expect(run).toHaveBeenCalledTimes(1);
    });

    it('in its slot, which stays occupied during the pause', async () => {
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
});
