import { MikroORM } from '@mikro-orm/postgresql';
import { createDatabase } from '../support/postgres';
import { sharedOptions } from '../../src/orm-options';

it('closes while a connection is being made', async () => {
  const database = await createDatabase();
  const orm = await MikroORM.init(sharedOptions(database.url, 2));
  const asked = orm.em.fork().execute('select 1');
  // Rejected before it is awaited below.
  asked.catch(() => undefined);
  // Until the pool has begun to connect, and not further.
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();

  await orm.close();
  await expect(asked).rejects.toThrow('The pool is closing');
  await database.drop();
});
