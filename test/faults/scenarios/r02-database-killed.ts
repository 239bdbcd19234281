import { setTimeout } from 'node:timers/promises';
import type { Lab } from '../lab';
import { ANSWER, RECOVERY } from '../outage';
import type { Scenario } from '../scenario';
import { expect } from '../verdict';

export const databaseKilled: Scenario = {
  fault: 'R2',
  title: 'PostgreSQL is killed under load, again and again',
  async run(lab) {
    const kills = lab.full ? 10 : 2;
    const perKill = lab.full ? 20_000 : 4_000;
    const { database, ledger, traffic } = await underLoad(lab, 'r2');
    let recovery = 0;
    for (let kill = 0; kill < kills; kill++) {
      await traffic.acknowledge(perKill);
      await setTimeout(lab.random.between(0, 50));
      await database.kill();
      await setTimeout(lab.random.between(0, 1_000));
      await database.start();
      const since = performance.now();
      recovery = Math.max(recovery, await traffic.successAfter(since));
    }
    await traffic.stop();
    const comparison = await ledger.verify(database);
    const { slowest } = traffic;
    expect(slowest <= ANSWER, `An answer took ${slowest.toFixed(0)} ms`);
    expect(recovery <= RECOVERY, `The first 200 came ${recovery} ms late`);
    return {
      kills,
      ...comparison,
      'slowest ms': slowest,
      'back in ms': recovery,
    };
  },
};

export const asynchronousCommit: Scenario = {
  fault: 'R2 control',
  title: 'The same finds what synchronous_commit = off loses',
  async run(lab) {
    const { database, ledger, traffic } = await underLoad(lab, 'r2c');
    // Behind the service's back, which would not have started.
    await database.query('alter system set synchronous_commit = off');
    await database.query('select pg_reload_conf()');
    await traffic.acknowledge(4_000);
    await database.kill();
    await traffic.stop();
    await database.start();
    const comparison = await ledger.compare(database);
    expect(comparison.lost > 0, 'Nothing was found to be lost');
    return comparison;
  },
};

async function underLoad(lab: Lab, prefix: string) {
  const database = await lab.database();
  const { origin } = await lab.service(database.url);
  const ledger = await lab.ledger();
  const traffic = lab.traffic([origin], ledger, prefix);
  return { database, ledger, traffic };
}
