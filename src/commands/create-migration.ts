import { MikroORM } from '@mikro-orm/postgresql';
import { loadEnv } from '../config/env';
import { run } from '../run';
import { StartupError } from '../config/startup-error';
import { openDatabase } from '../database/open-database';
import { migrationOptions } from '../orm-options';

/** `npm run migration:create -- <purpose>`: writes a migration for the difference between the committed snapshot and the entities. */
run(async () => {
  const purpose = process.argv[2];
  if (!purpose) {
    throw new StartupError('Usage: npm run migration:create -- add_my_field');
  }
  const database = await openDatabase(loadEnv(), migrationOptions);
  const orm = await MikroORM.init(migrationOptions(database.url));
  const { fileName } = await orm.migrator.create(
    undefined,
    false,
    false,
    purpose,
  );
  await orm.close();
  await database.close();
  process.stdout.write(
    fileName
      ? toDo(fileName)
      : 'The snapshot matches the entities: nothing to do.\n',
  );
});

function toDo(fileName: string): string {
  const name = fileName.replace(/\.ts$/, '');
  return `Wrote src/database/migrations/${fileName}. Check it, then add these lines to index.ts in that directory:

import { ${name} } from './${name}';

  { name: '${name}', class: ${name} },
`;
}
