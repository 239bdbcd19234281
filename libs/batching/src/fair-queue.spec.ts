import * as fc from 'fast-check';
import { FairQueue } from './fair-queue';

interface Entry {
  readonly owner: string;
  readonly weight: number;
  readonly name: string;
}

const entry = (name: string, weight = 1): Entry => ({
  owner: name[0],
  weight,
  name,
});

function queueOf(...names: string[]): FairQueue<Entry> {
  const queue = new FairQueue<Entry>();
  for (const name of names) queue.push(entry(name));
  return queue;
}

function takeAll(queue: FairQueue<Entry>): string[] {
  const names: string[] = [];
  for (let next = queue.take(); next; next = queue.take()) {
    names.push(next.name);
  }
  return names;
}

describe('FairQueue', () => {
  it('gives nothing when it is empty', () => {
    const queue = queueOf();
    expect(queue.take()).toBeUndefined();
    expect(queue.takeNewest('a')).toBeUndefined();
    expect(queue.largestOwner('length')).toBeUndefined();
  });

  it.each([
    [['a1', 'a2', 'a3'], 'a1 a2 a3'],
    [['a1', 'a2', 'a3', 'b1', 'c1'], 'a1 b1 c1 a2 a3'],
    [['a1', 'b1', 'a2', 'b2'], 'a1 b1 a2 b2'],
  ])('lets owners take turns: %j', (names, order) => {
    expect(takeAll(queueOf(...names)).join(' ')).toBe(order);
  });

  it('keeps the turn of an owner whose entry does not fit', () => {
    const queue = queueOf('a1', 'b1', 'a2', 'b2');
    expect(queue.take(({ owner }) => owner !== 'a')?.name).toBe('b1');
    expect(takeAll(queue)).toEqual(['a1', 'b2', 'a2']);
  });

  it('knows what each owner holds', () => {
    const queue = queueOf('a1', 'a2');
    queue.push(entry('b1', 10));
    expect(queue).toMatchObject({ length: 3, weight: 12 });
    expect([queue.lengthOf('a'), queue.weightOf('a')]).toEqual([2, 2]);
    expect([queue.lengthOf('b'), queue.weightOf('b')]).toEqual([1, 10]);
    expect([queue.lengthOf('c'), queue.weightOf('c')]).toEqual([0, 0]);
    expect(queue.largestOwner('length')).toBe('a');
    expect(queue.largestOwner('weight')).toBe('b');
  });

  it('takes the newest entry of one owner', () => {
    const queue = queueOf('a1', 'b1', 'a2');
    expect(queue.takeNewest('a')?.name).toBe('a2');
    expect(takeAll(queue)).toEqual(['a1', 'b1']);
  });

  it('takes an entry out of turn, once', () => {
    const queue = queueOf('a1');
    const middle = entry('a2');
    queue.push(middle);
    queue.push(entry('a3'));
    expect(queue.remove(middle)).toBe(true);
    expect(queue.remove(middle)).toBe(false);
    expect(takeAll(queue)).toEqual(['a1', 'a3']);
    expect(queue.remove(middle)).toBe(false);
  });

  it('keeps the order of each owner, loses nothing, and lets nobody wait for two of another', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 60 }),
        (owners) => {
          const queue = new FairQueue<Entry>();
          for (const [n, owner] of owners.entries()) {
            queue.push({ owner, weight: n, name: `${owner}${n}` });
          }
          const taken = takeAll(queue);
          expect(queue).toMatchObject({ length: 0, weight: 0 });
          for (const owner of new Set(owners)) {
            const own = taken.filter((name) => name[0] === owner);
            const numbers = own.map((name) => Number(name.slice(1)));
            expect(numbers).toEqual(numbers.toSorted((x, y) => x - y));
            expect(own).toHaveLength(owners.filter((o) => o === owner).length);
            // As long as it waits, every other owner has one turn between two of its own.
            const places = own.map((name) => taken.indexOf(name));
            for (const [i, place] of places.entries()) {
              const between = taken
                .slice(i === 0 ? 0 : places[i - 1] + 1, place)
                .map((name) => name[0]);
              expect(new Set(between).size).toBe(between.length);
            }
          }
        },
      ),
    );
  });
});
