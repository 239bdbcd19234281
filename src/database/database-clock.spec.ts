import type { EntityManager } from '@mikro-orm/postgresql';
import { DatabaseClock } from './database-clock';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const SECOND = 1_000;

/** A clock beside a database that answers what the test says. */
function createClock(ask: () => Promise<number>) {
  const execute = jest.fn(async () => [{ time: await ask() }]);
  const em = { fork: () => ({ execute }) } as unknown as EntityManager;
  return { clock: new DatabaseClock(em), execute };
}

describe('DatabaseClock', () => {
  beforeEach(() => jest.useFakeTimers({ now: NOW }));
  afterEach(() => jest.useRealTimers());

  it.each([
    ['a day ahead', 86_400 * SECOND, 86_400 * SECOND],
    ['a day behind', -86_400 * SECOND, -86_400 * SECOND],
    ['less than a second off', 999, 0],
  ])('follows a database that is %s', async (_, off, follows) => {
    const { clock } = createClock(async () => Date.now() + off);
    await clock.onModuleInit();
    expect(clock.now().getTime()).toBe(NOW + follows);
    await clock.beforeApplicationShutdown();
  });

  it('keeps what it knows while the database does not answer, or answers late', async () => {
    const answers = [
      async () => Date.now() + 5 * SECOND,
      () => Promise.reject(new Error('gone')),
      async () => {
        jest.setSystemTime(Date.now() + 600);
        return Date.now();
      },
    ];
    const { clock, execute } = createClock(() => answers.shift()!());
    await clock.onModuleInit();
    await jest.advanceTimersByTimeAsync(2 * SECOND);
    expect(execute).toHaveBeenCalledTimes(3);
    expect(clock.now().getTime()).toBe(Date.now() + 5 * SECOND);
    await clock.beforeApplicationShutdown();
  });

  it('ends with its last comparison, and begins none after it', async () => {
    const { promise, resolve } = Promise.withResolvers<number>();
    const answers = [Promise.resolve(NOW), promise];
    const { clock, execute } = createClock(() => answers.shift()!);
    await clock.onModuleInit();
    await jest.advanceTimersByTimeAsync(SECOND);
    const ended = jest.fn();
    const ending = clock.beforeApplicationShutdown().then(ended);
    await jest.advanceTimersByTimeAsync(5 * SECOND);
    expect(ended).not.toHaveBeenCalled();
    resolve(NOW);
    await ending;
    expect(execute).toHaveBeenCalledTimes(2);
  });
});
