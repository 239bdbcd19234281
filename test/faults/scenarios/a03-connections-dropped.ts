import { setTimeout } from 'node:timers/promises';
import { ANSWER } from '../outage';
import type { Scenario } from '../scenario';
import { expect } from '../verdict';

export const connectionsDropped: Scenario = {
  fault: 'A3',
  title: 'The database drops all connections, again and again',
  async run(lab) {
    const times = lab.full ? 100 : 20;
    const database = await lab.database();
    const service = await lab.service(database.url);
    const ledger = await lab.ledger();
    const traffic = lab.traffic([service.origin], ledger, 'a3');
    await traffic.acknowledge(1_000);
    for (let time = 0; time < times; time++) {
      await database.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname is not null',
      );
      await setTimeout(lab.random.between(10, 100));
    }
    await traffic.acknowledge(1_000);
    await traffic.stop();
    const comparison = await ledger.verify(database);
    const { statuses, slowest } = traffic;
    expect(!statuses[500], `${statuses[500]} answers were 500`);
    expect(!statuses[0], `${statuses[0]} requests had no answer`);
    expect(slowest <= ANSWER, `An answer took ${slowest.toFixed(0)} ms`);
    return { times, ...comparison, '503s': statuses[503] ?? 0 };
  },
};
