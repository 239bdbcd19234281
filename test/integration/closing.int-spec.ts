import { MikroORM } from '@mikro-orm/postgresql';
import { createDatabase } from '../support/postgres';
import { sharedOptions } from '../../src/orm-options';

it('closes while a connection is being made', async () => {
  const database = await createDatabase();
  const orm = await MikroORM.init(sharedOptions(database.url, 2));
  const asked = expect(orm.em.fork().execute('select 1')).rejects.toThrow(
    'The pool is closing',
  );
  // Until the pool has begun to connect, and not further.
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();

  await orm.close();
  await asked;
  await database.drop();
});
