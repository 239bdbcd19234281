import { withinDeadline } from './within-deadline';

const never = new Promise<never>(() => undefined);

describe('the deadline of a response', () => {
  afterEach(() => jest.restoreAllMocks());

  it('rejects at once when it has passed, without a negative delay, of which Node warns', async () => {
    const timers = jest.spyOn(globalThis, 'setTimeout');
    await expect(
      withinDeadline(performance.now() - 10_000, never),
    ).rejects.toMatchObject({ code: 'overloaded' });
    expect(timers.mock.calls.map(([, delay]) => delay)).toEqual([0]);
  });

  it('does not affect work that is done in time', async () => {
    const work = Promise.resolve('done');
    expect(await withinDeadline(performance.now(), work)).toBe('done');
  });
});
