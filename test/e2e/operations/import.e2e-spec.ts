import { existsSync } from 'node:fs';
import {
  chmod,
  mkdir,
  mkdtemp,
  readFile,
  rm,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Client } from 'pg';
import { ImportProcess, type ImportResult } from '../../support/import-process';
import { createDatabase, type TestDatabase } from '../../support/postgres';
import { copyCluster } from '../../support/data-directory';
import { Service } from '../../support/service';
import { TEMPLATE } from '../../support/template';

jest.setTimeout(60_000);

interface Refusal {
  readonly line: number;
  readonly errors: { field?: string; code: string; message: string }[];
  readonly row: unknown;
}

let directory: string;
let database: TestDatabase;
let db: Client;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'postback-import-'));
  // When root runs the tests, another user runs the server.
  await chmod(directory, 0o755);
  database = await createDatabase(TEMPLATE);
  db = new Client({ connectionString: database.url });
  // Some tests end its connections.
  db.on('error', () => undefined);
  await db.connect();
  await db.query(
    "insert into project (name, dedupe_without_id) values ('First', true), ('Second', false)",
  );
});

afterEach(async () => {
  await db.end().catch(() => undefined);
  await database.drop();
  await rm(directory, { recursive: true, force: true });
});

async function file(name: string, lines: readonly string[]): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, lines.map((line) => `${line}\n`).join(''));
  return path;
}

function start(path: string, ...more: string[]): ImportProcess {
  return new ImportProcess(['--file', path, '--project', '1', ...more], {
    DATABASE_URL: database.url,
  });
}

const importFile = (path: string, ...more: string[]): Promise<ImportResult> =>
  start(path, ...more).result();

async function refusals(path: string): Promise<Refusal[]> {
  const text = await readFile(`${path}.refused.ndjson`, 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Refusal);
}

async function stored(): Promise<Record<string, unknown>[]> {
  const { rows } = await db.query<Record<string, unknown>>(
    'select * from install order by id',
  );
  return rows;
}

async function storedCount(client = db): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    'select count(*)::int as count from install',
  );
  return rows[0].count;
}

/** `rows` good installs, half of them without `id`. */
function manyRows(rows: number): string[] {
  return [
    'publisher_name,user_id,install_timestamp,id',
    ...Array.from(
      { length: rows },
      (_, n) => `P,user-${n},2026-10-01 12:00:00,${n % 2 ? `id-${n}` : ''}`,
    ),
  ];
}

async function storedAtLeast(rows: number): Promise<void> {
  while ((await storedCount()) < rows) await setTimeout(5);
}

/** The same installs in both forms: what becomes of each. */
const OUTCOMES: [csv: string, ndjson: string, refusal?: [string, unknown][]][] =
  [
    [
      'P,u,one,2026-10-01 12:00:00,de,0.5,',
      '{"publisher_name":"P","user_id":"u","id":"one","install_timestamp":"2026-10-01 12:00:00","country_code":"de","cost":0.5}',
    ],
    // A repeat of the first.
    ['P,u,one,,,,', '{"publisher_name":"P","user_id":"u","id":"one"}'],
    [
      'P,u,two,,,{cost},x',
      '{"publisher_name":"P","user_id":"u","id":"two","cost":"{cost}","shoe_size":"x"}',
    ],
    [
      'P,u,,1790000000,,,',
      '{"publisher_name":"P","user_id":"u","install_timestamp":1790000000}',
    ],
    [
      'P,u,,,,,',
      '{"publisher_name":"P","user_id":"u"}',
      [['required', 'install_timestamp']],
    ],
    [
      ',,four,,Germany,0.5,',
      '{"id":"four","country_code":"Germany","cost":"0.5"}',
      [
        ['invalid_country', 'country_code'],
        ['no_identifier', 'identifiers'],
        ['required', 'publisher_name'],
      ],
    ],
    [
      'P,u,five,2026-13-01,,"0,5",',
      '{"publisher_name":"P","user_id":"u","id":"five","install_timestamp":"2026-13-01","cost":"0,5"}',
      [
        ['invalid_number', 'cost'],
        ['invalid_time', 'install_timestamp'],
      ],
    ],
  ];
const HEADER =
  'publisher_name,user_id,id,install_timestamp,country_code,cost,shoe_size';

describe.each([
  ['csv', 1, () => [HEADER, ...OUTCOMES.map(([csv]) => csv)]],
  ['ndjson', 0, () => OUTCOMES.map(([, ndjson]) => ndjson)],
] as const)('%s', (format, header, lines) => {
  it('stores, recognises or rejects each row like a postback, and reports the line, faults and content of each rejected row', async () => {
    const path = await file(`installs.${format}`, lines());
    const { output, ...result } = await importFile(path);
    expect(result).toEqual({
      code: 2,
      counts: { rows: 7, created: 3, duplicate: 1, ignored: 0, refused: 3 },
      errors: '',
    });
    expect(output).toMatch(/unexpanded_macro 1\n/);
    expect(output).toMatch(/unknown_field "shoe_size"/);

    const rows = await stored();
    expect(rows.map(({ id }) => id)).toEqual(['one', 'two', null]);
    expect(rows[0]).toMatchObject({
      project_id: 1,
      tracker: 'custom',
      publisher_name: 'P',
      user_id: 'u',
      install_timestamp: new Date('2026-10-01T12:00:00Z'),
      country_code: 'DE',
      cost: '0.500000',
      fingerprint: null,
    });
    expect(Date.now() - Number(rows[0].received_at)).toBeLessThan(60_000);
    expect(rows[2].fingerprint).not.toBeNull();

    const told = await refusals(path);
    const faults = told.map(({ line, errors }) => [
      line,
      errors
        .map((each) => [each.code, each.field])
        .toSorted((a, b) => String(a).localeCompare(String(b))),
    ]);
    expect(faults).toEqual(
      OUTCOMES.flatMap(([, , refusal], index) =>
        refusal ? [[index + 1 + header, refusal]] : [],
      ),
    );
    expect(told[1].row).toEqual({
      id: 'four',
      country_code: 'Germany',
      cost: '0.5',
    });
  });
});

it('the import accepts a corrected report unchanged', async () => {
  const path = await file(
    'installs.csv',
    [HEADER].concat(OUTCOMES.map(([csv]) => csv)),
  );
  await importFile(path);
  const report = `${path}.refused.ndjson`;
  const text = (await readFile(report, 'utf8'))
    .replace('"Germany"', '"DE","publisher_name":"P","user_id":"u"')
    .replace('2026-13-01', '2026-10-01 12:00:00')
    .replace('0,5', '0.5');
  await writeFile(report, text);

  const { code, counts } = await importFile(report);
  expect({ code, counts }).toMatchObject({
    code: 2,
    counts: { rows: 3, created: 2, refused: 1 },
  });
  expect(await refusals(report)).toMatchObject([
    { line: 1, row: { publisher_name: 'P', user_id: 'u' } },
  ]);
});

const goodLine = (id: string) =>
  JSON.stringify({ publisher_name: 'P', user_id: 'u', id });

it('the import rejects only the lines that are not valid rows', async () => {
  const many = Object.fromEntries(
    Array.from({ length: 101 }, (_, n) => [`field_${n}`, 'x']),
  );
  const path = await file('installs.jsonl', [
    goodLine('one'),
    '{"publisher_name":"P",',
    '[]',
    '',
    JSON.stringify(many),
    JSON.stringify({ id: 'x'.repeat(33_000) }),
    '{"id":[[[[[[[[1]]]]]]]]}',
    '{"line":1,"errors":[],"row":"text"}',
    goodLine('two'),
  ]);
  const { counts } = await importFile(path);
  expect(counts).toMatchObject({ rows: 8, created: 2, refused: 6 });
  const told = await refusals(path);
  expect(told.map(({ line, errors }) => [line, errors[0].code])).toEqual([
    [2, 'malformed_json'],
    [3, 'malformed_json'],
    [5, 'too_many_fields'],
    [6, 'payload_too_large'],
    [7, 'too_deep'],
    [8, 'malformed_row'],
  ]);
  expect(told[0].row).toBe('{"publisher_name":"P",');
});

const adjustMessage = (activity_kind: string) =>
  JSON.stringify({
    activity_kind,
    installed_at: '1790000000',
    network_name: 'Network1',
    gps_adid: '38400000-8cf0-11bd-b23e-10b96e40000d',
  });

it('the import reads messages of a tracker, and ignores those that are not installs', async () => {
  const path = await file('adjust.ndjson', [
    adjustMessage('install'),
    adjustMessage('session'),
    '{"activity_kind":"install","installed_at":"never"}',
  ]);
  const { counts } = await importFile(path, '--tracker', 'adjust');
  expect(counts).toEqual({
    rows: 3,
    created: 1,
    duplicate: 0,
    ignored: 1,
    refused: 1,
  });
  expect(await stored()).toMatchObject([
    { tracker: 'adjust', publisher_name: 'Network1' },
  ]);
  const [{ errors }] = await refusals(path);
  expect(errors.map(({ field }) => field)).toContain('installed_at');
});

it.each(['1', '2'])(
  'a repeated import of a file stores each row once, for project %s',
  async (project) => {
    const path = await file('installs.csv', manyRows(3_000));
    const first = await importFile(path, '--project', project);
    expect(first).toMatchObject({ code: 0, counts: { created: 3_000 } });
    const second = await importFile(path, '--project', project);
    expect(second).toMatchObject({
      code: 0,
      counts: { created: 0, duplicate: 3_000 },
    });
    expect(await storedCount()).toBe(3_000);
  },
);

it('an import without rejected rows deletes the report of an earlier import', async () => {
  const path = await file('installs.csv', manyRows(1));
  const report = join(directory, 'report');
  await writeFile(report, 'of an earlier import');
  expect(await importFile(path, '--refused', report)).toMatchObject({
    code: 0,
    errors: '',
  });
  expect(existsSync(report)).toBe(false);
  expect(existsSync(`${path}.refused.ndjson`)).toBe(false);
});

it('an import stops on SIGINT, and the next run completes it', async () => {
  const rows = 30_000;
  const path = await file('installs.csv', manyRows(rows));
  const first = start(path);
  await storedAtLeast(1);
  first.signal('SIGINT');
  first.signal('SIGINT');
  const { code, counts, output } = await first.result();
  expect(code).toBe(130);
  expect(output).toMatch(/Run the same command again/);
  const before = await storedCount();
  expect(before).toBe(counts.created);
  expect(before).toBeLessThan(rows);

  const second = await importFile(path);
  expect(second).toMatchObject({
    code: 0,
    counts: { duplicate: before, created: rows - before },
  });
  expect(await storedCount()).toBe(rows);
});

it('an import reports a lost database in one line, and the next run completes it', async () => {
  const rows = 30_000;
  const path = await file('installs.csv', manyRows(rows));
  const first = start(path);
  await storedAtLeast(1);
  await db.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'postback import' and datname = current_database()",
  );
  const { code, errors } = await first.result();
  expect(code).toBe(1);
  expect(errors).toMatch(
    /^The database is no longer available .*Run the same command again.*\n$/,
  );

  const before = await storedCount();
  expect(before).toBeLessThan(rows);
  const second = await importFile(path);
  expect(second.counts).toMatchObject({
    duplicate: before,
    created: rows - before,
  });
  expect(await storedCount()).toBe(rows);
});

describe('an import that cannot start reports the reason in one line', () => {
  it.each([
    [
      'no file',
      ['--file', '/no/such/installs.csv'],
      /installs\.csv \(ENOENT\)/,
    ],
    ['another kind of file', ['--file', 'installs.xlsx'], /must end in \.csv/],
    ['an unknown option', ['--batch', '5'], /^Usage: /],
    ['no such tracker', ['--tracker', 'acme'], /Use one of: custom, /],
    ['a tracker without messages', ['--tracker', 'keitaro'], /"keitaro"/],
    ['a project that is no number', ['--project', 'one'], /must be a number/],
    ['a project that is not there', ['--project', '77'], /no project 77/],
  ])('%s', async (_, args, message) => {
    const path = await file('installs.csv', manyRows(1));
    const { code, output, errors } = await importFile(path, ...args);
    expect({ code, output }).toEqual({ code: 1, output: '' });
    expect(errors).toMatch(message);
    expect(errors.trimEnd().split('\n')).toHaveLength(1);
  });

  it('a report that cannot be written', async () => {
    const path = await file('installs.csv', manyRows(1));
    const report = join(directory, 'none', 'report');
    const { code, errors } = await importFile(path, '--refused', report);
    expect(code).toBe(1);
    expect(errors).toMatch(/Cannot write .*report \(ENOENT\).*--refused/);
    expect(await storedCount()).toBe(0);
  });

  it('a report in place of the file', async () => {
    const path = await file('installs.csv', manyRows(1));
    const { code, errors } = await importFile(path, '--refused', path);
    expect(code).toBe(1);
    expect(errors).toMatch(/would be lost/);
    expect(existsSync(path)).toBe(true);
  });

  it('a database without the schema', async () => {
    const empty = await createDatabase();
    const path = await file('installs.csv', manyRows(1));
    const { code, errors } = await new ImportProcess(
      ['--file', path, '--project', '1'],
      { DATABASE_URL: empty.url },
    ).result();
    expect(code).toBe(1);
    expect(errors).toMatch(/npm run db:migrate/);
    await empty.drop();
  });
});

const pidFile = () => join(directory, 'data', 'postgres', 'postmaster.pid');
const importHere = (path: string) =>
  new ImportProcess(['--file', path, '--project', '1'], {
    DATA_DIR: join(directory, 'data'),
  }).result();

async function startService(): Promise<Service> {
  const service = new Service({ DATA_DIR: join(directory, 'data') });
  await service.listening();
  return service;
}

describe('an import into the embedded database', () => {
  beforeEach(async () => {
    await mkdir(join(directory, 'data'));
    await copyCluster(join(directory, 'data'));
  });

  it('uses the server of a running service, or starts and stops its own', async () => {
    const path = await file('installs.csv', manyRows(10));
    const service = await startService();
    expect(await importHere(path)).toMatchObject({
      code: 0,
      counts: { created: 10 },
    });
    const installs = await fetch(`${service.origin}/v1/projects/1/installs`, {
      headers: { authorization: `Bearer ${service.adminToken}` },
    });
    const { data } = (await installs.json()) as { data: unknown[] };
    expect(data).toHaveLength(10);
    service.signal('SIGTERM');
    expect(await service.ended()).toBe(0);
    expect(existsSync(pidFile())).toBe(false);

    expect(await importHere(path)).toMatchObject({
      code: 0,
      counts: { duplicate: 10 },
    });
    expect(existsSync(pidFile())).toBe(false);
  });

  it('requires a first start of the service', async () => {
    const path = await file('installs.csv', manyRows(1));
    const { code, errors } = await importHere(path);
    expect(code).toBe(1);
    expect(errors).toMatch(/first start of the service/);
    expect(existsSync(pidFile())).toBe(false);
  });
});
