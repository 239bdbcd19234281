import { Pool } from 'undici';
import { anInstall, send } from '../exchange';
import { inParallel } from '../../support/in-parallel';
import type { Scenario } from '../scenario';
import { expect } from '../verdict';

/** Of so many installs one is refused by the database. */
const ONE_IN = 50;
const CONNECTIONS = 64;

const good = (n: number) => `good-${n}`;
const mixed = (n: number) => (n % ONE_IN === 0 ? `poison-${n}` : `mixed-${n}`);

export const poison: Scenario = {
  fault: 'R10',
  title: 'The database refuses single installs of a group',
  async run(lab) {
    const count = lab.full ? 100_000 : 10_000;
    const database = await lab.database();
    await database.query(
      `alter table install add constraint no_poison check (id not like 'poison%')`,
    );
    const { origin } = await lab.service(database.url, { LOG_LEVEL: 'silent' });
    const pool = lab.own(
      new Pool(origin, { connections: CONNECTIONS }),
      (each) => each.destroy(),
    );

    /** Sends so many, and returns how many a second were stored. */
    const run = async (first: number, idOf: (n: number) => string) => {
      let stored = 0;
      const begin = performance.now();
      await inParallel(count / 10, CONNECTIONS, async (n) => {
        const id = idOf(first + n);
        const { status, text } = await send(pool, lab.apiKey, anInstall(id));
        if (status === 200) stored++;
        const isPoison = id.startsWith('poison');
        expect(isPoison !== (status === 200), `${id}: ${status} ${text}`);
      });
      return (stored / (performance.now() - begin)) * 1000;
    };

    // Alternating, because the speed of a machine changes.
    await run(-count, good);
    const ratios: number[] = [];
    for (let part = 0; part < 10; part++) {
      const first = (part * count) / 10;
      const clean = await run(first, good);
      ratios.push((await run(first, mixed)) / clean);
    }
    const ratio = ratios.toSorted((a, b) => a - b)[5];
    const [{ rows }] = await database.query<{ rows: number }>(
      `select count(*)::int as rows from install where id like 'mixed%'`,
    );
    expect(rows === count - count / ONE_IN, `${rows} good ones are stored`);
    return {
      installs: count,
      'good ones stored': rows,
      'throughput of good ones, to that without bad ones': ratio.toFixed(2),
    };
  },
};
