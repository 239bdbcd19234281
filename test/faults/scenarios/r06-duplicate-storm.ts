import { Pool } from 'undici';
import { anInstall, send } from '../exchange';
import { inParallel } from '../../support/in-parallel';
import type { Scenario } from '../scenario';
import { expect } from '../verdict';

export const duplicateStorm: Scenario = {
  fault: 'R6',
  title:
    'Many copies of each install at once, over two replicas, by GET and POST',
  async run(lab) {
    const ids = lab.full ? 10_000 : 1_000;
    const copies = lab.full ? 50 : 20;
    // The copies of so many installs are sent together, in disorder.
    const together = 100;
    const database = await lab.database();
    const pools: Pool[] = [];
    for (let replica = 0; replica < 2; replica++) {
      const { origin } = await lab.service(database.url);
      pools.push(
        lab.own(new Pool(origin, { connections: 64 }), (pool) =>
          pool.destroy(),
        ),
      );
    }

    let created = 0;
    let duplicates = 0;
    for (let first = 0; first < ids; first += together) {
      const order = Array.from(
        { length: together * copies },
        (_, n) => first + (n % together),
      )
        .map((id) => ({ id, place: lab.random.next() }))
        .toSorted((a, b) => a.place - b.place);
      await inParallel(order.length, 128, async (n) => {
        const { status, text } = await send(
          pools[n % 2],
          lab.apiKey,
          anInstall(`storm-${order[n].id}`),
          n % 4 < 2 ? 'GET' : 'POST',
        );
        expect(status === 200, `An answer was ${status}: ${text}`);
        if (text.includes('"status":"created"')) created++;
        if (text.includes('"status":"duplicate"')) duplicates++;
      });
    }

    const [{ rows, deadlocks }] = await database.query<{
      rows: number;
      deadlocks: number;
    }>(
      `select (select count(*) from install)::int as rows,
              (select deadlocks from pg_stat_database where datname = current_database())::int as deadlocks`,
    );
    expect(rows === ids, `${rows} rows of ${ids} ids`);
    expect(created === ids, `${created} created of ${ids} ids`);
    expect(duplicates === ids * (copies - 1), `${duplicates} duplicates`);
    expect(deadlocks === 0, `${deadlocks} deadlocks`);
    return { ids, copies, rows, created, duplicates, deadlocks };
  },
};
