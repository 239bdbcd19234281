import { setImmediate } from 'node:timers/promises';
import { RequestSlices } from './request-slices';

const aConnection = () => ({ destroy: jest.fn() });

/** Each piece of work below takes so long, in milliseconds: two of them fill a slice. */
const WORK = 3;

let now: number;
let slices: RequestSlices;
let done: string[];
const work = (name: string) => () => {
  now += WORK;
  done.push(name);
};

beforeEach(() => {
  now = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => now);
  slices = new RequestSlices();
  done = [];
});
afterEach(() => jest.restoreAllMocks());

/** Lets the event loop turn until nothing waits. */
async function finish(): Promise<void> {
  for (let turns = 0; turns < 200; turns++) await setImmediate();
}

it('serves a request at once while the slice has time', () => {
  slices.serve(aConnection(), true, work('a'));
  slices.serve(aConnection(), true, work('b'));
  expect(done).toEqual(['a', 'b']);
});

it('serves what does not fit into the slice in later turns of the event loop', async () => {
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) {
    slices.serve(aConnection(), true, work(name));
  }
  expect(done).toEqual(['a', 'b']);
  await setImmediate();
  expect(done.length).toBeLessThan(6);
  await finish();
  expect(done).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
});

it('counts the work that a request does in its promises', async () => {
  const slow = (name: string) => async () => {
    done.push(name);
    for (let step = 0; step < 3; step++) await Promise.resolve();
    now += 2 * WORK;
  };
  const turns: number[] = [];
  for (const name of ['a', 'b', 'c']) {
    slices.serve(aConnection(), false, () => void slow(name)());
  }
  while (done.length < 3) {
    await setImmediate();
    turns.push(done.length);
  }
  expect(turns.filter((count) => count > 0)).toEqual([1, 2, 3]);
});

it('lets connections take turns', async () => {
  const [busy, other] = [aConnection(), aConnection()];
  for (const name of ['busy 1', 'busy 2', 'busy 3']) {
    slices.serve(busy, false, work(name));
  }
  slices.serve(other, true, work('other 1'));
  await finish();
  expect(done).toEqual(['busy 1', 'other 1', 'busy 2', 'busy 3']);
});

it('serves nobody before those who wait', async () => {
  slices.serve(aConnection(), false, work('first'));
  slices.serve(aConnection(), true, work('second'));
  expect(done).toEqual([]);
  await finish();
  expect(done).toEqual(['first', 'second']);
});

it('serves 64 requests of one connection that wait, and closes it at one more', async () => {
  const busy = aConnection();
  for (let n = 0; n < 64; n++) slices.serve(busy, false, work(`${n}`));
  expect(busy.destroy).not.toHaveBeenCalled();
  slices.serve(busy, false, work('too many'));
  expect(busy.destroy).toHaveBeenCalledTimes(1);
  await finish();
  expect(done).toHaveLength(64);
  expect(done).not.toContain('too many');
});

it('lets each connection wait with one request, however many wait', async () => {
  const connections = Array.from({ length: 200 }, aConnection);
  for (const each of connections) {
    for (let n = 0; n < 60; n++) slices.serve(each, false, () => undefined);
  }
  const late = aConnection();
  slices.serve(late, false, work('late'));
  expect(late.destroy).not.toHaveBeenCalled();
  slices.serve(late, false, work('later'));
  expect(late.destroy).toHaveBeenCalled();
  await finish();
  expect(done).toContain('late');
});

it('has a turn for a request that is being served, also behind many of its connection', async () => {
  expect(slices.turnOf(aConnection())).toBeUndefined();
  const busy = aConnection();
  for (let n = 0; n < 64; n++) slices.serve(busy, false, work(`${n}`));
  await slices.turnOf(busy);
  expect(done).toHaveLength(64);
  expect(busy.destroy).not.toHaveBeenCalled();
});
