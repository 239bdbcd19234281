import { join } from 'node:path';
import type { Scenario } from '../scenario';
import { expect } from '../verdict';

const SCRIPT = join(__dirname, '../variants/crash-on-signal.js');
/** Milliseconds until the process has ended. */
const EXIT = 5_000;

export const crash: Scenario = {
  fault: 'A11',
  title: 'An error comes by all who should have handled it',
  async run(lab) {
    const database = await lab.database();
    const ledger = await lab.ledger();
    let slowest = 0;
    for (const kind of ['exception', 'rejection']) {
      const service = await lab.service(database.url, {
        NODE_OPTIONS: `--require ${SCRIPT}`,
        CRASH: kind,
        LOG_LEVEL: 'silent',
      });
      const traffic = lab.traffic([service.origin], ledger, `a11-${kind}`);
      await traffic.acknowledge(1_000);
      const begin = performance.now();
      service.signal('SIGUSR2');
      const code = await service.ended();
      slowest = Math.max(slowest, performance.now() - begin);
      await traffic.stop();
      expect(code === 1, `After an ${kind} it ended with ${String(code)}`);
    }
    const comparison = await ledger.verify(database);
    expect(slowest <= EXIT, `An exit took ${slowest.toFixed(0)} ms`);
    return { ...comparison, 'exit ms': slowest };
  },
};
