import { chown, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Scenario } from '../scenario';

export const backup: Scenario = {
  fault: 'R18',
  title: 'A backup is taken under load, and restored',
  async run(lab) {
    const directory = await lab.directory();
    const database = await lab.database({}, directory);
    const { origin } = await lab.service(database.url);
    const ledger = await lab.ledger();
    const traffic = lab.traffic([origin], ledger, 'r18');
    await traffic.acknowledge(3_000);

    // What pg_basebackup does: its program is not among those of the embedded PostgreSQL.
    const client = await database.connect();
    await client.query(`select pg_backup_start('test', fast => true)`);
    const copy = await lab.directory();
    await lab.copy(join(directory, 'postgres'), join(copy, 'postgres'));
    await traffic.acknowledge(1_000);
    const promised = new Set(ledger.acknowledged);
    const { rows } = await client.query<{ labelfile: string }>(
      'select labelfile from pg_backup_stop(wait_for_archive => false)',
    );
    await client.end();
    await lab.copy(join(directory, 'postgres', 'pg_wal'), join(copy, 'pg_wal'));
    await traffic.stop();
    await database.kill();

    const restored = join(copy, 'postgres');
    await rm(join(restored, 'postmaster.pid'));
    await rm(join(restored, 'pg_wal'), { recursive: true });
    await lab.copy(join(copy, 'pg_wal'), join(restored, 'pg_wal'));
    await writeFile(join(restored, 'backup_label'), rows[0].labelfile);
    const { uid, gid } = await stat(restored);
    await chown(join(restored, 'backup_label'), uid, gid);
    await lab.copy(
      join(directory, 'postgres.password'),
      join(copy, 'postgres.password'),
    );
    const server = await lab.startedDatabase({}, copy);
    const expected = await lab.ledger();
    for (const id of promised) expected.write(id);
    const comparison = await expected.verify(server);
    return comparison;
  },
};
