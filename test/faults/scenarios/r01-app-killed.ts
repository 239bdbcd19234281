import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Scenario } from '../scenario';
import { expect } from '../verdict';

const VARIANT = join(__dirname, '../variants/answers-early.js');

export const appKilled: Scenario = {
  fault: 'R1',
  title: 'A replica is killed under load, again and again',
  async run(lab) {
    const kills = lab.full ? 20 : 3;
    const perKill = lab.full ? 15_000 : 3_000;
    const database = await lab.database();
    const replicas = [
      await lab.service(database.url),
      await lab.service(database.url),
    ];
    const ledger = await lab.ledger();
    const traffic = lab.traffic(
      replicas.map(({ origin }) => origin),
      ledger,
      'r1',
    );
    for (let kill = 0; kill < kills; kill++) {
      await traffic.acknowledge(perKill);
      await setTimeout(lab.random.between(0, 50));
      const which = lab.random.between(0, 1);
      const { port } = new URL(replicas[which].origin);
      replicas[which].signal('SIGKILL');
      await replicas[which].ended();
      replicas[which] = await lab.service(database.url, { PORT: port });
    }
    await traffic.acknowledge(perKill);
    await traffic.stop();
    const comparison = await ledger.verify(database);
    return { kills, ...comparison };
  },
};

export const answersEarly: Scenario = {
  fault: 'R1 control',
  title: 'The same finds what an app loses that answers before COMMIT',
  async run(lab) {
    const database = await lab.database();
    const service = await lab.service(database.url, {}, VARIANT);
    const ledger = await lab.ledger();
    const traffic = lab.traffic([service.origin], ledger, 'r1c');
    await traffic.acknowledge(1_000);
    const client = await database.connect();
    // Nothing can be committed, and is answered all the same.
    await client.query('begin; lock table install in access exclusive mode');
    // More than the statements hold that wait for the lock: PostgreSQL may finish those.
    await traffic.acknowledge(1_000);
    service.signal('SIGKILL');
    await traffic.stop();
    await client.query('rollback');
    await client.end();
    const comparison = await ledger.compare(database);
    expect(comparison.lost > 0, 'Nothing was found to be lost');
    return comparison;
  },
};
