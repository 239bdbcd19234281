import { Pool } from 'undici';
import { memoryOf } from '../../bench/process-usage';
import { anInstall, send } from '../exchange';
import { inParallel } from '../../support/in-parallel';
import type { Scenario } from '../scenario';
import { expect } from '../verdict';

export const contexts: Scenario = {
  fault: 'A12',
  title: 'Many different requests at once, none of which sees another',
  async run(lab) {
    const count = lab.full ? 100_000 : 10_000;
    const database = await lab.database();
    const service = await lab.service(database.url);
    const pool = lab.own(
      new Pool(service.origin, { connections: 64 }),
      (each) => each.destroy(),
    );
    await inParallel(count, 64, async (n) => {
      const id = `a12-${n}`;
      const { status, text } = await send(
        pool,
        lab.apiKey,
        { ...anInstall(id), campaign_name: id, s_site: id },
        n % 2 === 0 ? 'GET' : 'POST',
      );
      expect(status === 200, `An answer was ${status}: ${text}`);
    });
    const [{ rows, mixed }] = await database.query<{
      rows: number;
      mixed: number;
    }>(
      `select count(*)::int as rows,
              count(*) filter (where campaign_name <> id or s_site <> id or user_id <> 'u-' || id)::int as mixed
       from install`,
    );
    expect(rows === count, `${rows} rows of ${count}`);
    expect(mixed === 0, `${mixed} rows hold something of another request`);
    return {
      rows,
      mixed,
      'resident MB': memoryOf(service.pid).resident / 2 ** 20,
    };
  },
};
