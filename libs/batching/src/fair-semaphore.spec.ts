import { setTimeout } from 'node:timers/promises';
import { DeadlineExceededError, QueueFullError } from './errors';
import { FairSemaphore } from './fair-semaphore';

const PATIENT = 10_000;

/** Work that ends when it is told to. */
function work() {
  const end = Promise.withResolvers<string>();
  return { ...end, begin: jest.fn(() => end.promise) };
}

/** Starts work for each letter, the name of its owner, and logs the order in which it begins; `end` ends the oldest. */
function queue(semaphore: FairSemaphore) {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const results = (owners: string) =>
    Array.from(owners, (owner) =>
      semaphore.run(owner, PATIENT, () => {
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

describe('FairSemaphore', () => {
  it('limits how much work runs at once, and begins the rest in its order', async () => {
    const semaphore = new FairSemaphore(2);
    const all = [work(), work(), work(), work()];
    const results = all.map(({ begin }) => semaphore.run('a', PATIENT, begin));
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

  it('begins the next work when work fails', async () => {
    const semaphore = new FairSemaphore(1);
    const failing = work();
    const failed = semaphore.run('a', PATIENT, failing.begin);
    const next = semaphore.run('a', PATIENT, () => Promise.resolve('next'));
    failing.reject(new Error('broken'));
    await expect(failed).rejects.toThrow('broken');
    await expect(next).resolves.toBe('next');
    await expect(
      semaphore.run('a', 0, () => Promise.resolve('later')),
    ).resolves.toBe('later');
  });

  it('never begins work after its patience is over', async () => {
    const semaphore = new FairSemaphore(1);
    const [long, late, patient] = [work(), work(), work()];
    const first = semaphore.run('a', PATIENT, long.begin);
    const second = semaphore.run('a', 1, late.begin);
    const third = semaphore.run('a', PATIENT, patient.begin);
    await expect(second).rejects.toThrow(DeadlineExceededError);
    long.resolve('long');
    patient.resolve('patient');
    expect(await Promise.all([first, third])).toEqual(['long', 'patient']);
    expect(late.begin).not.toHaveBeenCalled();
  });

  it('rejects work immediately that has no time to wait', async () => {
    const semaphore = new FairSemaphore(1);
    const long = work();
    const first = semaphore.run('a', PATIENT, long.begin);
    await expect(semaphore.run('a', -5, work().begin)).rejects.toThrow(
      DeadlineExceededError,
    );
    long.resolve('long');
    await first;
  });

  it('waits without a timer when there is no deadline', async () => {
    const semaphore = new FairSemaphore(1);
    const long = work();
    const first = semaphore.run('a', PATIENT, long.begin);
    const second = semaphore.run('a', Infinity, () =>
      Promise.resolve('second'),
    );
    await setTimeout();
    long.resolve('long');
    expect(await Promise.all([first, second])).toEqual(['long', 'second']);
  });

  it('lets owners take turns, even if one has much more waiting work', async () => {
    const { begun, results, end } = queue(new FairSemaphore(1));
    const all = results('aaaabc');
    for (let n = 0; n < 6; n++) await end();
    await Promise.all(all);
    expect(begun.join('')).toBe('aabcaa');
  });

  it('reserves a slot for others if one owner has reached its limit', async () => {
    const { begun, results, end } = queue(
      new FairSemaphore(3, { maxPerOwner: 2 }),
    );
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

  it('limits how much work of one owner waits', async () => {
    const { results, end } = queue(
      new FairSemaphore(1, { maxWaitingPerOwner: 1 }),
    );
    const all = results('aab');
    await expect(results('a')[0]).rejects.toThrow(QueueFullError);
    for (let n = 0; n < 3; n++) await end();
    await Promise.all(all);
  });

  it('rejects the newest work of the owner with the most if the queue is full', async () => {
    const { begun, results, end } = queue(
      new FairSemaphore(1, { maxWaiting: 2 }),
    );
    const all = results('aaa');
    const newest = all[2].catch((error: unknown) => error);
    all.push(...results('b'));
    expect(await newest).toBeInstanceOf(QueueFullError);
    await expect(results('a')[0]).rejects.toThrow(QueueFullError);
    for (let n = 0; n < 3; n++) await end();
    await Promise.allSettled(all);
    expect(begun.join('')).toBe('aab');
  });

  it('forgets owners without work', async () => {
    const semaphore = new FairSemaphore(1);
    await semaphore.run('a', PATIENT, () => Promise.resolve());
    expect(semaphore).toMatchObject({ running: new Map() });
  });
});
