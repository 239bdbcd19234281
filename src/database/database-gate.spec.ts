import { setImmediate } from 'node:timers/promises';
import { DatabaseGate, GateFullError } from './database-gate';

/** Occupies turns until `end`; `begun` names the owners whose work has begun. */
function occupy(gate: DatabaseGate) {
  const { promise, resolve } = Promise.withResolvers<void>();
  const begun: string[] = [];
  const start = (owner: string, patience?: number) => {
    const work = () => {
      begun.push(owner);
      return promise;
    };
    return gate.run(owner, work, patience);
  };
  return { start, begun, end: resolve };
}

describe('DatabaseGate', () => {
  it('never gives one owner every connection', async () => {
    const { start, begun, end } = occupy(new DatabaseGate(3));
    const all = ['a', 'a', 'a', 'b'].map((owner) => start(owner));
    await setImmediate();
    expect(begun).toEqual(['a', 'a', 'b']);
    end();
    await Promise.all(all);
    expect(begun).toEqual(['a', 'a', 'b', 'a']);
  });

  it('takes a number and its text for the same owner', async () => {
    const gate = new DatabaseGate(3);
    const { start, begun, end } = occupy(gate);
    const all = [start('1'), start('1')];
    const third = gate.run(1, async () => begun.push('number'));
    await setImmediate();
    expect(begun).toEqual(['1', '1']);
    end();
    await Promise.all([...all, third]);
  });

  it('lets an owner use the only connection', async () => {
    const gate = new DatabaseGate(1);
    await expect(gate.run('a', async () => 'done')).resolves.toBe('done');
  });

  it('lets 16 pieces of work of an owner wait, and rejects the next', async () => {
    const { start, begun, end } = occupy(new DatabaseGate(1));
    const all = Array.from({ length: 17 }, () => start('a'));
    await expect(start('a')).rejects.toThrow(GateFullError);
    const other = start('b');
    end();
    await Promise.all([...all, other]);
    expect(begun).toHaveLength(18);
  });

  it('rejects work that waited too long, and never begins it', async () => {
    const { start, begun, end } = occupy(new DatabaseGate(1));
    const first = start('a');
    await expect(start('b', 1)).rejects.toThrow(GateFullError);
    end();
    await first;
    expect(begun).toEqual(['a']);
  });

  it('passes on what the work fails with', async () => {
    const gate = new DatabaseGate(1);
    const failed = gate.run('a', () => Promise.reject(new Error('broken')));
    await expect(failed).rejects.toThrow('broken');
    await expect(gate.run('a', async () => 'next')).resolves.toBe('next');
  });
});
