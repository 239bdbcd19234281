import { setTimeout } from 'node:timers/promises';
import { expectOutage } from '../outage';
import type { Scenario } from '../scenario';

export const noConnection: Scenario = {
  fault: 'A1',
  title: 'Every connection to the database is busy',
  run: (lab) =>
    expectOutage(lab, { DATABASE_POOL_SIZE: '2' }, async (database) => {
      await database.query(`
        create function sleep() returns trigger language plpgsql as
        $$ begin perform pg_sleep(3); return new; end $$;
        create trigger sleep before insert on install execute function sleep()`);
      await setTimeout(5_000);
      await database.query('drop trigger sleep on install');
    }),
};
