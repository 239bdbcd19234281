import { StoppedError } from '.';
import { FakeStore } from '../test/fake-store';
import { instance, LEASE, LOOK, NINE } from '../test/instance';

describe('Leasing', () => {
  it('limits how many jobs run at once, and holds the others until their turn', async () => {
    const store = new FakeStore(NINE);
    const one = instance(store);
    await one.start();
    expect(one.ids()).toEqual(['A0', 'A1']);
    expect(store.freeIds()).toEqual([]);
    expect(one.leasing).toMatchObject({ running: 2, waiting: 7 });
    await one.end('A1');
    expect(one.ids()).toEqual(['A0', 'A1', 'A2']);
  });

  it('limits how many jobs it holds; the others stay in the store', async () => {
    const store = new FakeStore(NINE);
    const one = instance(store, { maxHeld: 3 });
    await one.start();
    expect(store.freeIds()).toHaveLength(6);
    await one.end('A0');
    await one.look();
    expect(store.freeIds()).toHaveLength(5);
    expect(one.ids()).toEqual(['A0', 'A1', 'A2']);
  });

  it('takes over all jobs of a killed instance, running and waiting, within a lease and a poll', async () => {
    const store = new FakeStore(NINE);
    const killed = instance(store);
    await killed.start();
    const living = instance(store);
    await living.start();
    expect(living.ids()).toEqual([]);
    while (store.now < LEASE + LOOK) {
      store.now += LOOK;
      await living.look();
    }
    expect(store.freeIds()).toEqual([]);
    expect(living.leasing).toMatchObject({ running: 2, waiting: 7 });
  });

  it('renews all jobs that it holds in one statement', async () => {
    const store = new FakeStore(NINE);
    const one = instance(store);
    const other = instance(store);
    await one.start();
    await other.start();
    const renew = jest.spyOn(store, 'renew');
    for (let i = 1; i <= 20; i++) {
      store.now += LOOK;
      await one.look();
      await other.look();
      expect(renew).toHaveBeenCalledTimes(i);
    }
    expect(one.works.map(({ signal }) => signal.aborted)).toEqual([
      false,
      false,
    ]);
    expect(other.ids()).toEqual([]);
  });

  it('holds a new job immediately, and returns whether it runs', async () => {
    const store = new FakeStore([]);
    const one = instance(store, { maxHeld: 3 });
    await one.start();
    expect(one.leasing.freeTurns).toBe(2);
    const runs = ['A0', 'A1', 'A2', 'A3'].map((id) =>
      one.leasing.add(store.insert(id, LEASE)),
    );
    expect(runs).toEqual([true, true, false, false]);
    expect(one.leasing).toMatchObject({ running: 2, waiting: 1, freeTurns: 0 });
  });

  it('releases all jobs when it stops, after its work has ended', async () => {
    const store = new FakeStore(NINE);
    const one = instance(store);
    await one.start();
    await one.leasing.stop();
    expect(one.works.map(({ signal }) => signal.reason)).toEqual([
      expect.any(StoppedError),
      expect.any(StoppedError),
    ]);
    expect(String(one.works[0].signal.reason)).toContain('stops');
    expect(store.freeIds()).toEqual(NINE);
    expect(one.leasing).toMatchObject({ running: 0, waiting: 0 });
    expect(one.errors).toEqual([]);
    await one.look();
    expect(store.freeIds()).toEqual(NINE);
  });

  it('releases the jobs that it was claiming when it stopped', async () => {
    const store = new FakeStore(NINE);
    const one = instance(store);
    one.leasing.start();
    await one.leasing.stop();
    expect(store.freeIds()).toEqual(NINE);
    expect(one.ids()).toEqual([]);
  });

  it('stops even if the store is unavailable', async () => {
    const store = new FakeStore(NINE);
    const one = instance(store);
    await one.start();
    store.fails = true;
    await one.leasing.stop();
    expect(one.errors).toHaveLength(1);
  });

  it('polls the store regularly by default', async () => {
    const store = new FakeStore(['A0']);
    const one = instance(store, {
      now: undefined,
      repeat: undefined,
      leaseMs: 6,
      lookEveryMs: 2,
    });
    const claim = jest.spyOn(store, 'claim');
    const looks = Promise.withResolvers<void>();
    claim.mockImplementation(async () => {
      if (claim.mock.calls.length === 3) looks.resolve();
      return [];
    });
    await one.start();
    await looks.promise;
    await one.leasing.stop();
    expect(claim.mock.calls.length).toBeGreaterThanOrEqual(3);
  });

  it.each([
    { lookEveryMs: 6 },
    { lookEveryMs: 0 },
    { maxRunning: 0 },
    { maxHeld: 1 },
  ])('rejects the options %j', (options) => {
    expect(() => instance(new FakeStore([]), options)).toThrow(RangeError);
  });
});
