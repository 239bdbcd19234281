import { readFileSync } from 'node:fs';
import { MikroORM } from '@mikro-orm/postgresql';
import { Client } from 'pg';
import { migrate } from '../../src/database/migrate';
import { MIGRATIONS } from '../../src/database/migrations';
import { migrationOptions } from '../../src/orm-options';
import { createDatabase, type TestDatabase } from '../support/postgres';

let database: TestDatabase;
let orm: MikroORM;
let db: Client;

beforeEach(async () => {
  database = await createDatabase();
  orm = await MikroORM.init(migrationOptions(database.url));
  db = new Client(database.url);
  await db.connect();
});

afterEach(async () => {
  await db.end();
  await orm.close();
  await database.drop();
});

const NAMES = MIGRATIONS.map(({ name }) => name);
const OURS = `n.nspname = 'public' and c.relname not like 'mikro_orm_migrations%'`;

/** All that migrations have made, as PostgreSQL describes it. */
async function describeSchema(): Promise<string[]> {
  const { rows } = await db.query<{ line: string }>(`
    select c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
           || ' ' || a.attnotnull || ' ' || a.attidentity::text
           || ' ' || coalesce(pg_get_expr(d.adbin, d.adrelid), '') as line
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
    where ${OURS} and c.relkind in ('r', 'p', 'v', 'S')
    union all
    select pg_get_indexdef(i.indexrelid)
    from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
    where ${OURS}
    union all
    select c.relname || ' ' || pg_get_constraintdef(k.oid)
    from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
    where ${OURS}
    union all
    select pg_get_triggerdef(t.oid)
    from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
    where ${OURS} and not t.tgisinternal
    union all
    select pg_get_functiondef(p.oid)
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'public'
    order by 1`);
  return rows.map(({ line }) => line);
}

it('goes up, down to nothing, and up to the same again', async () => {
  expect((await orm.migrator.up()).map(({ name }) => name)).toEqual(NAMES);
  const up = await describeSchema();
  expect(up.length).toBeGreaterThan(50);

  await orm.migrator.down({ to: 0 });
  expect(await describeSchema()).toEqual([]);

  expect((await orm.migrator.up()).map(({ name }) => name)).toEqual(NAMES);
  expect(await describeSchema()).toEqual(up);
});

it('goes down any number of migrations, one at a time, and up again', async () => {
  await orm.migrator.up();
  const up = await describeSchema();
  for (const [before] of NAMES.entries()) {
    for (let i = 0; i <= before; i++) await orm.migrator.down();
    await orm.migrator.up();
    expect(await describeSchema()).toEqual(up);
  }
});

it('is what the entities say', async () => {
  await orm.migrator.up();
  const differences = (await orm.schema.getUpdateSchemaSQL())
    .split('\n')
    .map((line) => line.trim())
    // Entities cannot describe the triggers that tell of changed keys.
    .filter(
      (line) => !/^(|set names .*|drop (trigger|function) .*)$/.test(line),
    );
  expect(differences).toEqual([]);
});

it('is what the committed snapshot says', async () => {
  const { migrations } = orm.config.getAll();
  const file = `${migrations.path}/${migrations.snapshotName}.json`;
  expect(JSON.parse(readFileSync(file, 'utf8'))).toHaveProperty('tables');
  // With a snapshot there, it is what the entities are compared with.
  expect(await orm.migrator.checkSchema()).toBe(false);
});

it('is brought up to date once, when several instances start together', async () => {
  const ran = await Promise.all(
    [1, 2, 3].map(() => migrate(database.url, migrationOptions)),
  );
  expect(ran.toSorted((a, b) => b.length - a.length)).toEqual([NAMES, [], []]);
  expect(await orm.migrator.getPending()).toEqual([]);
});

it('stays as it is when it is up to date', async () => {
  await migrate(database.url, migrationOptions);
  const before = await describeSchema();
  expect(await migrate(database.url, migrationOptions)).toEqual([]);
  expect(await describeSchema()).toEqual(before);
});

describe('of a table that holds the rows of projects', () => {
  interface Key {
    readonly name: string;
    readonly first: string;
  }

  const TENANT_TABLE = `exists (
      select from pg_attribute a
      where a.attrelid = c.oid and a.attname = 'project_id' and not a.attisdropped
    ) and c.relkind in ('r', 'p') and ${OURS} and c.relname not in ('project', 'api_key')`;

  beforeEach(() => orm.migrator.up());

  it('there is one at least, and it has a primary key', async () => {
    const { rows } = await db.query<{ name: string; keys: number }>(`
      select c.relname as name,
             (select count(*)::int from pg_index i where i.indrelid = c.oid and i.indisprimary) as keys
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where ${TENANT_TABLE}`);
    expect(rows).toContainEqual({ name: 'install', keys: 1 });
    for (const { keys } of rows) expect(keys).toBe(1);
  });

  it('every primary key and unique index begins with project_id', async () => {
    const { rows } = await db.query<Key>(`
      select i.indexrelid::regclass::text as name,
             pg_get_indexdef(i.indexrelid, 1, false) as first
      from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
      where ${TENANT_TABLE} and i.indisunique`);
    expect(rows.length).toBeGreaterThanOrEqual(3);
    expect(rows.filter(({ first }) => first !== 'project_id')).toEqual([]);
  });

  it('every foreign key begins with project_id', async () => {
    const { rows } = await db.query<Key>(`
      select k.conname as name, a.attname as first
      from pg_constraint k
      join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid and a.attnum = k.conkey[1]
      where ${TENANT_TABLE} and k.contype = 'f'`);
    expect(rows.filter(({ first }) => first !== 'project_id')).toEqual([]);
  });

  it('one install is kept for each project, tracker and id, and for each fingerprint', async () => {
    const { rows } = await db.query<{ columns: string[]; condition: string }>(`
      select array(
               select pg_get_indexdef(i.indexrelid, k, false)
               from generate_series(1, i.indnkeyatts) k
             ) as columns,
             coalesce(pg_get_expr(i.indpred, i.indrelid), '') as condition
      from pg_index i where i.indrelid = 'install'::regclass and i.indisunique`);
    expect(rows).toEqual(
      expect.arrayContaining([
        { columns: ['project_id', 'install_id'], condition: '' },
        {
          columns: ['project_id', 'tracker', 'id'],
          condition: '(id IS NOT NULL)',
        },
        {
          columns: ['project_id', 'tracker', 'fingerprint'],
          condition: '(fingerprint IS NOT NULL)',
        },
      ]),
    );
  });
});
