import type { Scenario } from '../scenario';
import { expect } from '../verdict';

const SETTINGS = [
  'alter system set fsync = off',
  'alter system set full_page_writes = off',
  'alter system set synchronous_commit = off',
  'alter role postgres set synchronous_commit = off',
  'alter database postgres set synchronous_commit = off',
];

export const notDurable: Scenario = {
  fault: 'R5',
  title: 'The database is configured to lose what it has committed',
  async run(lab) {
    const database = await lab.database();
    for (const statement of SETTINGS) {
      await database.query(statement);
      await database.query('select pg_reload_conf()');
      const started = await lab.service(database.url).then(
        () => true,
        () => false,
      );
      expect(!started, `It starts after: ${statement}`);
      await database.query(statement.replace(/set (\w+) = off/, 'reset $1'));
      await database.query('select pg_reload_conf()');
    }
    await lab.service(database.url);
    return { 'refused to start with': SETTINGS.length };
  },
};
