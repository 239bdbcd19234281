import { setTimeout } from 'node:timers/promises';
import { DeadlineExceededError } from './errors';
import { Turns } from './turns';

const PATIENT = 10_000;

/** Work that ends when it is told to. */
function work() {
  const end = Promise.withResolvers<string>();
  return { ...end, begin: jest.fn(() => end.promise) };
}

describe('Turns', () => {
  it('lets so much work go on at once, and begins more in its order', async () => {
    const turns = new Turns(2);
    const all = [work(), work(), work(), work()];
    const results = all.map(({ begin }) => turns.take(PATIENT, begin));
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
    const failed = turns.take(PATIENT, failing.begin);
    const next = turns.take(PATIENT, () => Promise.resolve('next'));
    failing.reject(new Error('broken'));
    await expect(failed).rejects.toThrow('broken');
    await expect(next).resolves.toBe('next');
    await expect(turns.take(0, () => Promise.resolve('later'))).resolves.toBe(
      'later',
    );
  });

  it('never begins what could not be begun in time', async () => {
    const turns = new Turns(1);
    const [long, late, patient] = [work(), work(), work()];
    const first = turns.take(PATIENT, long.begin);
    const second = turns.take(1, late.begin);
    const third = turns.take(PATIENT, patient.begin);
    await expect(second).rejects.toThrow(DeadlineExceededError);
    long.resolve('long');
    patient.resolve('patient');
    expect(await Promise.all([first, third])).toEqual(['long', 'patient']);
    expect(late.begin).not.toHaveBeenCalled();
  });
});
