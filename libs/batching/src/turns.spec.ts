import { setTimeout } from 'node:timers/promises';
import { DeadlineExceededError, QueueFullError } from './errors';
import { Turns } from './turns';

const PATIENT = 10_000;

/** Work that ends when it is told to. */
function work() {
  const end = Promise.withResolvers<string>();
  return { ...end, begin: jest.fn(() => end.promise) };
}

/** Starts work for each letter, the name of its owner, and logs the order in which it begins; `end` ends the oldest. */
function queue(turns: Turns) {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const results = (owners: string) =>
    Array.from(owners, (owner) =>
      turns.take(owner, PATIENT, () => {
        const { promise, resolve } = Promise.withResolvers<void>();
        begun.push(owner);
        ends.push(resolve);
        return promise;
      }),
    );
  const end = async () => {
    await setTimeout();
    ends.shift()?.();
    await setTimeout();
  };
  return { begun, results, end };
}

describe('Turns', () => {
  it('lets so much work go on at once, and begins more in its order', async () => {
    const turns = new Turns(2);
    const all = [work(), work(), work(), work()];
    const results = all.map(({ begin }) => turns.take('a', PATIENT, begin));
    const begun = () => all.map(({ begin }) => begin.mock.calls.length);
    await setTimeout();
    expect(begun()).toEqual([1, 1, 0, 0]);
    all[1].resolve('b');
    await expect(results[1]).resolves.toBe('b');
    await setTimeout();
    expect(begun()).toEqual([1, 1, 1, 0]);
    all[0].resolve('a');
    all[2].resolve('c');
    all[3].resolve('d');
    expect(await Promise.all(results)).toEqual(['a', 'b', 'c', 'd']);
    expect(begun()).toEqual([1, 1, 1, 1]);
  });

  it('gives the turn on when work fails', async () => {
    const turns = new Turns(1);
    const failing = work();
    const failed = turns.take('a', PATIENT, failing.begin);
    const next = turns.take('a', PATIENT, () => Promise.resolve('next'));
    failing.reject(new Error('broken'));
    await expect(failed).rejects.toThrow('broken');
    await expect(next).resolves.toBe('next');
    await expect(
      turns.take('a', 0, () => Promise.resolve('later')),
    ).resolves.toBe('later');
  });

  it('never begins what could not be begun in time', async () => {
    const turns = new Turns(1);
    const [long, late, patient] = [work(), work(), work()];
    const first = turns.take('a', PATIENT, long.begin);
    const second = turns.take('a', 1, late.begin);
    const third = turns.take('a', PATIENT, patient.begin);
    await expect(second).rejects.toThrow(DeadlineExceededError);
    long.resolve('long');
    patient.resolve('patient');
    expect(await Promise.all([first, third])).toEqual(['long', 'patient']);
    expect(late.begin).not.toHaveBeenCalled();
  });

  it('rejects at once what has no time to wait', async () => {
    const turns = new Turns(1);
    const long = work();
    const first = turns.take('a', PATIENT, long.begin);
    await expect(turns.take('a', -5, work().begin)).rejects.toThrow(
      DeadlineExceededError,
    );
    long.resolve('long');
    await first;
  });

  it('waits without a timer when there is no deadline', async () => {
    const turns = new Turns(1);
    const long = work();
    const first = turns.take('a', PATIENT, long.begin);
    const second = turns.take('a', Infinity, () => Promise.resolve('second'));
    await setTimeout();
    long.resolve('long');
    expect(await Promise.all([first, second])).toEqual(['long', 'second']);
  });

  it('lets owners take turns, however much of one waits', async () => {
    const { begun, results, end } = queue(new Turns(1));
    const all = results('aaaabc');
    for (let n = 0; n < 6; n++) await end();
    await Promise.all(all);
    expect(begun.join('')).toBe('aabcaa');
  });

  it('keeps a turn free for others when one owner has its share', async () => {
    const { begun, results, end } = queue(new Turns(3, { maxPerOwner: 2 }));
    const all = results('aaa');
    await setTimeout();
    expect(begun.join('')).toBe('aa');
    all.push(...results('b'));
    await setTimeout();
    expect(begun.join('')).toBe('aab');
    for (let n = 0; n < 4; n++) await end();
    await Promise.all(all);
    expect(begun.join('')).toBe('aaba');
  });

  it('bounds what one owner has waiting', async () => {
    const { results, end } = queue(new Turns(1, { maxWaitingPerOwner: 1 }));
    const all = results('aab');
    await expect(results('a')[0]).rejects.toThrow(QueueFullError);
    for (let n = 0; n < 3; n++) await end();
    await Promise.all(all);
  });

  it('takes the place of the owner with the most when all places are taken', async () => {
    const { begun, results, end } = queue(new Turns(1, { maxWaiting: 2 }));
    const all = results('aaa');
    const newest = all[2].catch((error: unknown) => error);
    all.push(...results('b'));
    expect(await newest).toBeInstanceOf(QueueFullError);
    await expect(results('a')[0]).rejects.toThrow(QueueFullError);
    for (let n = 0; n < 3; n++) await end();
    await Promise.allSettled(all);
    expect(begun.join('')).toBe('aab');
  });

  it('forgets the owners that have nothing', async () => {
    const turns = new Turns(1);
    await turns.take('a', PATIENT, () => Promise.resolve());
    expect(turns).toMatchObject({ running: new Map() });
  });
});
