import { setTimeout } from 'node:timers/promises';
import { Caller, type CallerOptions } from '../caller';
import type { Scenario } from '../scenario';
import { expect } from '../verdict';

/** Milliseconds until the process has ended. */
const EXIT = 5_000;
/** Bytes. */
const KB = 1_000;

type Kind = Omit<CallerOptions, 'prefix'>;

const mixed: readonly Kind[] = Array.from({ length: 40 }, (_, n) => ({
  keepAlive: n % 4 !== 0,
}));

/** Six that open a connection for each request, and go on at once until they are refused one. */
const insistent = (batch?: CallerOptions['batch']): readonly Kind[] =>
  Array.from({ length: 6 }, () => ({
    keepAlive: false,
    impatient: true,
    batch,
  }));

const GROUPS: readonly (readonly Kind[])[] = [
  mixed,
  insistent(),
  insistent({ size: 100, bytes: 17 * KB }),
  insistent({ size: 100, bytes: 600 * KB }),
];

export const sigterm: Scenario = {
  fault: 'A6',
  title: 'SIGTERM under load',
  async run(lab) {
    const times = lab.full ? 100 : 8;
    const database = await lab.database();
    const ledger = await lab.ledger();
    let answered = 0;
    let unanswered = 0;
    let broken = 0;
    let slowest = 0;
    for (let time = 0; time < times; time++) {
      // At once: the hardest for those who are still sending.
      const service = await lab.service(database.url, { SHUTDOWN_GRACE: '0' });
      const callers = GROUPS[time % GROUPS.length].map(
        (kind, n) =>
          new Caller(service.origin, lab.apiKey, ledger, {
            prefix: `a6-${time}-${n}`,
            ...kind,
          }),
      );
      const calls = callers.map((caller) => caller.run());
      await setTimeout(lab.random.between(500, 1_000));
      const begin = performance.now();
      service.signal('SIGTERM');
      const code = await service.ended();
      slowest = Math.max(slowest, performance.now() - begin);
      await Promise.all(calls);
      expect(code === 0, `It ended with ${String(code)}`);
      for (const caller of callers) {
        answered += caller.answered;
        unanswered += caller.unanswered;
        broken += caller.broken;
      }
    }
    const comparison = await ledger.verify(database);
    expect(unanswered === 0, `${unanswered} requests had no answer`);
    expect(broken === 0, `${broken} connections were reset or broken`);
    expect(slowest <= EXIT, `An exit took ${slowest.toFixed(0)} ms`);
    return {
      times,
      answered,
      unanswered,
      broken,
      ...comparison,
      'exit ms': slowest,
    };
  },
};
