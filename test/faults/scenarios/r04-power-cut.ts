import type { Lab } from '../lab';
import { Disk } from '../mount';
import type { PostgresServer } from '../postgres-server';
import type { Scenario } from '../scenario';
import { expect } from '../verdict';

/** Of the disk; its copy is as large. */
const MEGABYTES = 1_000;

export const powerCut: Scenario = {
  fault: 'R4',
  title: 'The power fails under load',
  async run(lab) {
    const cuts = lab.full ? 5 : 1;
    const total = { acknowledged: 0, stored: 0, lost: 0, twice: 0 };
    for (let cut = 0; cut < cuts; cut++) {
      const comparison = await cutPower(lab, `r4-${cut}`, () =>
        Promise.resolve(),
      );
      total.acknowledged += comparison.acknowledged;
      total.stored += comparison.stored;
      total.lost += comparison.lost;
      total.twice += comparison.twice;
    }
    expect(total.lost === 0, `${total.lost} acknowledged are lost`);
    expect(total.twice === 0, `${total.twice} are stored more than once`);
    return { cuts, ...total };
  },
};

export const withoutFsync: Scenario = {
  fault: 'R4 control',
  title: 'The same finds what fsync = off loses',
  async run(lab) {
    const { lost } = await cutPower(lab, 'r4c', async (database) => {
      // Behind the service's back, which would not have started.
      await database.query('alter system set fsync = off');
      await database.query('select pg_reload_conf()');
    }).catch((error: unknown) => ({ lost: `the database: ${String(error)}` }));
    expect(lost !== 0, 'Nothing was found to be lost');
    return { lost };
  },
};

async function cutPower(
  lab: Lab,
  prefix: string,
  prepare: (database: PostgresServer) => Promise<void>,
) {
  const disk = await Disk.create(lab, MEGABYTES);
  const settings = { max_wal_size: '200MB' };
  const database = await lab.database(settings, disk.path);
  const service = await lab.service(database.url);
  await prepare(database);
  const ledger = await lab.ledger();
  const traffic = lab.traffic([service.origin], ledger, prefix);
  await traffic.acknowledge(lab.full ? 20_000 : 6_000);
  // Nothing is written and nothing is acknowledged while the disk is copied.
  await database.pause();
  const after = await disk.afterPowerCut();
  await database.kill();
  await traffic.stop();
  await service.stop();

  const recovered = await lab.startedDatabase(settings, after.path);
  const comparison = await ledger.compare(recovered);
  await recovered.stop();
  return comparison;
}
