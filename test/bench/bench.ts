import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { run } from '../../src/run';
import { Cleanup } from '../support/cleanup';
import { BenchDatabase, stopServerIn } from './database';
import { LoadGenerator } from './load/load-generator';
import { describeMachine } from './machine';
import type { Bench } from './measurement';
import { type Options, readOptions, type SectionName } from './options';
import {
  failuresOf,
  type Report,
  type SectionReport,
  toMarkdown,
} from './report';
import { writeReport } from './write-report';
import { getCreated, postCreated } from './requests';
import { batches } from './sections/batches';
import { importing } from './sections/importing';
import { list } from './sections/list';
import { loneConnection } from './sections/lone-connection';
import { memory } from './sections/memory';
import { openLoop } from './sections/open-loop';
import { profile } from './sections/profile';
import { reading } from './sections/reading';
import { refusals } from './sections/refusals';
import { CONNECTIONS } from './sections/subjects';
import { rejections } from './sections/rejections';
import { tableSize } from './sections/table-size';
import { throughput } from './sections/throughput';
import { ServerProcess } from '../support/server-process';
import type { Table } from './table';

const SECTIONS: Record<SectionName, (bench: Bench) => Promise<Table[]>> = {
  throughput,
  'open-loop': openLoop,
  lone: loneConnection,
  reading,
  refusals,
  batches,
  rejections,
  rows: tableSize,
  list,
  memory,
  import: importing,
  profile,
};

const SERVICE = resolve('dist/src/main.js');
const REPORTS = resolve('data/bench');
const API_KEY = 'the-key-of-the-benchmark';
const ADMIN_TOKEN = 'the-token-of-the-benchmark';
const UNLIMITED = '1000000000';

const log = (line: string) => process.stderr.write(`${line}\n`);

run(async () => {
  const options = readOptions(process.argv.slice(2));
  const cleanup = new Cleanup();
  let report: Report | undefined;
  try {
    report = await Promise.race([measureAll(options, cleanup), interrupted()]);
  } finally {
    await cleanup.run();
  }
  if (!report) process.exit(130);

  const markdown = toMarkdown(report);
  process.stdout.write(`${markdown}\n`);
  const paths = await writeReport(REPORTS, report, markdown);
  log(`Written to ${paths.join(' and ')}`);
  const failures = failuresOf(report);
  for (const failure of failures) log(`\n!!! ${failure}`);
  process.exit(failures.length > 0 ? 1 : 0);
});

/** Resolves at Ctrl-C; npm passes it on once more, so more may follow. */
function interrupted(): Promise<undefined> {
  return new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => done(undefined));
    }
  });
}

async function measureAll(
  { plan, only }: Options,
  cleanup: Cleanup,
): Promise<Report> {
  const startedAt = new Date();
  const directory = await cleanup.start(
    () => mkdtemp(join(tmpdir(), 'postback-bench-')),
    async (path) => {
      await stopServerIn(path);
      await rm(path, { recursive: true, force: true });
    },
  );
  // When root runs it, another user runs PostgreSQL.
  await chmod(directory, 0o755);
  const database = await BenchDatabase.start(directory, cleanup);
  const machine = await describeMachine(directory, database);
  const bench = await start(database, plan, cleanup);
  await warmUp(bench);

  const sections: SectionReport[] = [];
  for (const name of only) {
    log(name);
    sections.push(await measureSection(bench, name));
  }
  return { startedAt, plan, machine, sections };
}

/** Node.js compiles what is called often: the first seconds of a process are not like the rest. */
async function warmUp({
  plan,
  generator,
  servers,
  apiKey,
}: Bench): Promise<void> {
  log('warming up');
  for (const { origin } of Object.values(servers)) {
    for (const exchange of [getCreated(apiKey), postCreated(apiKey)]) {
      await generator.run({
        ...exchange,
        origin,
        connections: CONNECTIONS,
        end: { seconds: plan.firstWarmUpSeconds },
      });
    }
  }
}

/** A section that fails does not keep the others from being measured. */
async function measureSection(
  bench: Bench,
  name: SectionName,
): Promise<SectionReport> {
  const begin = performance.now();
  const outcome = await SECTIONS[name](bench).then(
    (tables) => ({ tables }),
    (error: unknown) => ({ tables: [], failure: String(error) }),
  );
  return { name, seconds: (performance.now() - begin) / 1000, ...outcome };
}

/** Starts the servers, which share the database, and the generator. */
async function start(
  database: BenchDatabase,
  plan: Bench['plan'],
  cleanup: Cleanup,
): Promise<Bench> {
  const startServer = async (
    name: string,
    script: string,
    variables: Record<string, string>,
  ) => {
    const server = await cleanup.start(
      () =>
        new ServerProcess(name, script, {
          echo: true,
          variables: {
            NODE_ENV: 'production',
            HOST: '127.0.0.1',
            DATABASE_URL: database.url,
            ...variables,
          },
        }),
      (each) => each.stop(),
    );
    await server.listening();
    return server;
  };
  const startService = (variables: Record<string, string>) =>
    startServer('service', SERVICE, {
      BOOTSTRAP_API_KEY: API_KEY,
      ADMIN_TOKEN,
      THROTTLE_LIMIT: UNLIMITED,
      BAD_KEY_LIMIT: UNLIMITED,
      LOG_LEVEL: 'info',
      ...variables,
    });
  const ownServer = (name: string) =>
    startServer(name, join(__dirname, 'servers', `${name}.js`), { API_KEY });

  const startGenerator = () =>
    cleanup.start(
      () => LoadGenerator.start(),
      (each) => each.stop(),
    );
  return {
    plan,
    database,
    generator: await startGenerator(),
    companion: await startGenerator(),
    servers: {
      service: await startService({}),
      baseline: await ownServer('baseline'),
      limit: await ownServer('limit'),
    },
    apiKey: API_KEY,
    adminToken: ADMIN_TOKEN,
    startService,
    log,
  };
}
