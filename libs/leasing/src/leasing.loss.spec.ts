import { setImmediate as settled } from 'node:timers/promises';
import { LeaseLostError } from '.';
import { FakeStore } from '../test/fake-store';
import { instance, LEASE, LOOK } from '../test/instance';

describe('an instance that may lose a job', () => {
  it('aborts the work on a job that another instance holds now', async () => {
    const store = new FakeStore(['A0', 'A1']);
    const one = instance(store);
    await one.start();
    store.steal('A0');
    await one.look();
    const [lost, kept] = one.works;
    expect(lost.signal.reason).toBeInstanceOf(LeaseLostError);
    expect(String(lost.signal.reason)).toContain('lease');
    expect(kept.signal.aborted).toBe(false);
    expect(one.leasing.running).toBe(1);
    expect(one.errors).toEqual([]);
  });

  it('drops waiting jobs that have ended elsewhere', async () => {
    const store = new FakeStore(['A0', 'A1', 'A2', 'A3']);
    const one = instance(store);
    await one.start();
    store.cancel('A2');
    await one.look();
    await one.end('A0');
    expect(one.ids()).toEqual(['A0', 'A1', 'A3']);
  });

  it('aborts its work before the lease expires if the store is unavailable', async () => {
    const store = new FakeStore(['A0']);
    const one = instance(store);
    await one.start();
    store.fails = true;
    const abortedAt = () => one.works[0].signal.aborted && store.now;
    while (!abortedAt()) {
      store.now += LOOK;
      await one.look();
    }
    expect(abortedAt()).toBeLessThan(LEASE);
    expect(abortedAt()).toBeGreaterThan(2 * LOOK);
    store.fails = false;
    store.now = LEASE + 1;
    await one.look();
    expect(one.ids()).toEqual(['A0', 'A0']);
  });

  it('aborts its work before the lease expires if the store hangs', async () => {
    const store = new FakeStore(['A0']);
    const one = instance(store);
    await one.start();
    jest.spyOn(store, 'renew').mockReturnValue(new Promise(() => {}));
    for (let i = 0; i < 3; i++) {
      store.now += LOOK;
      await one.look();
    }
    expect(one.works[0].signal.aborted).toBe(true);
  });

  it('aborts its work after a pause of the process, before it polls the store', async () => {
    const store = new FakeStore(['A0']);
    const one = instance(store);
    await one.start();
    jest.spyOn(store, 'renew').mockReturnValue(new Promise(() => {}));
    store.now += 2 * LEASE;
    await one.look();
    expect(one.works[0].signal.aborted).toBe(true);
  });

  it('retries a job that failed', async () => {
    const store = new FakeStore(['A0']);
    const one = instance(store);
    await one.start();
    const error = new Error('away');
    one.works[0].end.reject(error);
    await settled();
    expect(one.errors).toEqual([error]);
    expect(store.freeIds()).toEqual(['A0']);
    expect(one.ids()).toEqual(['A0']);
    await one.look();
    expect(one.ids()).toEqual(['A0', 'A0']);
  });

  it('never runs a job twice at once, even if it claims it again before the first run has ended', async () => {
    const store = new FakeStore(['A0']);
    const ends: (() => void)[] = [];
    const run = () => new Promise<void>((end) => ends.push(end));
    const one = instance(store, { run });
    await one.start();
    store.steal('A0');
    await one.look();
    store.now += 2 * LEASE;
    await one.look();
    expect(ends).toHaveLength(1);
    expect(store.freeIds()).toEqual([]);
    ends[0]();
    await settled();
    expect(ends).toHaveLength(2);
  });

  it('restarts a job that it claims again while it holds it', async () => {
    const store = new FakeStore(['A0']);
    const one = instance(store);
    await one.start();
    jest.spyOn(store, 'renew').mockResolvedValue(new Set(['A0']));
    store.rows.get('A0')!.until = store.now;
    await one.look();
    expect(one.works[0].signal.reason).toBeInstanceOf(LeaseLostError);
    expect(one.works[1].signal.aborted).toBe(false);
    expect(one.leasing).toMatchObject({ running: 1, waiting: 0 });
  });

  it('does not abort work that ended while its lease was renewed', async () => {
    const store = new FakeStore(['A0']);
    const one = instance(store);
    await one.start();
    const renewed = Promise.withResolvers<Set<string>>();
    jest.spyOn(store, 'renew').mockReturnValue(renewed.promise);
    await one.look();
    await one.end('A0');
    renewed.resolve(new Set());
    await settled();
    expect(one.works[0].signal.aborted).toBe(false);
  });
});
