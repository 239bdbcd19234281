import { setTimeout } from 'node:timers/promises';
import { expectOutage } from '../outage';
import type { Scenario } from '../scenario';
import { expect } from '../verdict';

/** Milliseconds: longer than all time-outs. */
const OUTAGE = 5_000;

export const databaseStalls: Scenario = {
  fault: 'A2',
  title: 'The database hangs',
  run: (lab) =>
    expectOutage(lab, {}, async (database) => {
      await database.pause();
      await setTimeout(OUTAGE);
      await database.resume();
    }),
};

export const tableLocked: Scenario = {
  fault: 'A2',
  title: 'The table is locked',
  run: (lab) =>
    expectOutage(lab, {}, async (database) => {
      const client = await database.connect();
      await client.query('begin; lock table install in access exclusive mode');
      await setTimeout(OUTAGE);
      const { rows } = await client.query<{ waiting: number }>(
        `select count(*)::int as waiting from pg_stat_activity where wait_event_type = 'Lock'`,
      );
      await client.query('rollback');
      await client.end();
      const [{ waiting }] = rows;
      expect(waiting <= 10, `${waiting} statements have piled up`);
    }),
};
