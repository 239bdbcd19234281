import type { Scenario } from '../scenario';
import { expect } from '../verdict';

export const answerLost: Scenario = {
  fault: 'R3',
  title: 'The database commits, but its answer is lost',
  async run(lab) {
    const database = await lab.database();
    const proxy = await lab.proxy(database);
    const { origin } = await lab.service(database.urlThrough(proxy.port));
    const ledger = await lab.ledger();
    const traffic = lab.traffic([origin], ledger, 'r3');
    await traffic.acknowledge(500);
    proxy.cutPerMille = 50;
    await traffic.acknowledge(lab.full ? 30_000 : 5_000);
    proxy.cutPerMille = 0;
    await traffic.stop();
    const comparison = await ledger.verify(database);
    const { statuses } = traffic;
    expect(proxy.cuts > 0, 'No answer was lost');
    expect((statuses[503] ?? 0) > 0, 'No lost answer was told as 503');
    expect(!statuses[500], `${statuses[500]} answers were 500`);
    return { 'answers lost': proxy.cuts, ...comparison };
  },
};
