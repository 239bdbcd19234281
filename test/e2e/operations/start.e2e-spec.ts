import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import {
  chmod,
  mkdtemp,
  readFile,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { copyCluster } from '../../support/data-directory';
import { createDatabase } from '../../support/postgres';
import { Service } from '../../support/service';
import { TEMPLATE } from '../../support/template';

jest.setTimeout(60_000);

let directory: string;
const running: Service[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'postback-start-'));
  // When root runs the tests, another user runs the server.
  await chmod(directory, 0o755);
});

afterEach(async () => {
  for (const service of running.splice(0)) {
    service.signal('SIGTERM');
    await service.ended();
  }
  await rm(directory, { recursive: true, force: true });
});

async function start(variables: Record<string, string> = {}): Promise<Service> {
  const service = new Service({ DATA_DIR: directory, ...variables });
  running.push(service);
  await service.listening();
  return service;
}

async function stop(service: Service, signal: NodeJS.Signals = 'SIGTERM') {
  running.splice(running.indexOf(service), 1);
  service.signal(signal);
  return service.ended();
}

const statusOf = async (url: string) =>
  ((await (await fetch(url)).json()) as { status: string }).status;

const pathOf = (url = '') => new URL(url).pathname + new URL(url).search;

describe('the first start without DATABASE_URL', () => {
  it('prints a curl line that works when pasted, and saves its secrets for the owner only', async () => {
    const service = await start();
    expect(await statusOf(service.exampleUrl!)).toBe('created');
    const file = join(directory, 'credentials.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, 'utf8')).toContain(service.adminToken);
  });
});

describe('a start without DATABASE_URL', () => {
  beforeEach(() => copyCluster(directory));

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'stops with its database on %s; the next start finds the data, and does not print the key',
    async (signal) => {
      const first = await start();
      await fetch(first.exampleUrl!);
      expect(await stop(first, signal)).toBe(0);
      expect(existsSync(join(directory, 'postgres', 'postmaster.pid'))).toBe(
        false,
      );

      const second = await start();
      expect(second.stdout).not.toMatch(/pbk_|pba_/);
      const again = second.origin + pathOf(first.exampleUrl);
      expect(await statusOf(again)).toBe('duplicate');
    },
  );

  it('recovers after kill -9, while its orphaned PostgreSQL still runs', async () => {
    const first = await start();
    await fetch(first.exampleUrl!);
    expect(await stop(first, 'SIGKILL')).toBe('SIGKILL');

    const second = await start();
    const again = second.origin + pathOf(first.exampleUrl);
    expect(await statusOf(again)).toBe('duplicate');
    expect(await stop(second)).toBe(0);
    expect(existsSync(join(directory, 'postgres', 'postmaster.pid'))).toBe(
      false,
    );
  });

  it('accepts the key and the token of the environment, and prints neither', async () => {
    const service = await start({
      BOOTSTRAP_API_KEY: 'known-beforehand-0001',
      ADMIN_TOKEN: 'known-beforehand-0002',
    });
    expect(service.stdout).not.toContain('known-beforehand');
    const query = 'apikey=known-beforehand-0001&publisher_name=P&user_id=u';
    expect(
      await statusOf(`${service.origin}/track/install/v1/custom?${query}`),
    ).toBe('created');
    const projects = await fetch(`${service.origin}/v1/projects`, {
      headers: { authorization: 'Bearer known-beforehand-0002' },
    });
    expect(projects.status).toBe(200);
  });
});

async function refusal(variables: Record<string, string>): Promise<string> {
  const service = new Service({ DATA_DIR: directory, ...variables });
  expect(await service.ended()).toBe(1);
  expect(service.stdout).toBe('');
  expect(service.stderr.trimEnd().split('\n')).toHaveLength(1);
  return service.stderr;
}

/** The processes of the embedded PostgreSQL. */
async function databasePids(): Promise<number[]> {
  const file = join(directory, 'postgres', 'postmaster.pid');
  const [postmaster] = (await readFile(file, 'utf8')).split('\n');
  const { stdout } = await promisify(execFile)('pgrep', ['-P', postmaster]);
  return [postmaster, ...stdout.trim().split('\n')].map(Number);
}

it('serves again, and stops, after its database stalled during writes', async () => {
  await copyCluster(directory);
  const service = await start();
  const write = () =>
    fetch(`${service.origin}/v1/projects`, {
      method: 'POST',
      headers: { authorization: `Bearer ${service.adminToken}` },
      body: '{"name":"N"}',
    }).then(({ status }) => status);
  const writeMany = () => Promise.all(Array.from({ length: 10 }, write));
  expect(await writeMany()).toEqual(Array(10).fill(201));

  for (let stall = 0; stall < 2; stall++) {
    const pids = await databasePids();
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    const statuses = await writeMany();
    for (const pid of pids) process.kill(pid, 'SIGCONT');
    expect(statuses).toEqual(Array(10).fill(503));
  }

  expect(await statusOf(service.exampleUrl!)).toBe('created');
  expect(await stop(service)).toBe(0);
});

it('stops in order, however often Ctrl-C is pressed', async () => {
  await copyCluster(directory);
  const service = new Service({ DATA_DIR: directory }, { detached: true });
  await service.listening();
  const pressing = setInterval(() => service.pressCtrlC(), 20);
  const code = await service.ended();
  clearInterval(pressing);
  expect({ code, errors: service.stderr }).toEqual({ code: 0, errors: '' });
  expect(existsSync(join(directory, 'postgres', 'postmaster.pid'))).toBe(false);
});

describe('a start that fails prints the reason in one line', () => {
  it('the port is in use', async () => {
    const holder = createServer().listen(0, '0.0.0.0');
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    const { url, drop } = await createDatabase(TEMPLATE);
    const line = await refusal({ PORT: String(port), DATABASE_URL: url });
    expect(line).toMatch(/set PORT/);
    holder.close();
    await drop();
  });

  it('an environment variable is invalid', async () => {
    expect(await refusal({ PORT: 'many', THROTTLE_LIMIT: '-1' })).toMatch(
      /PORT.*THROTTLE_LIMIT/,
    );
  });

  it('the database does not respond; the password is not printed', async () => {
    const url = 'postgresql://user:canary@127.0.0.1:1/none';
    const line = await refusal({ DATABASE_URL: url });
    expect(line).toMatch(/127\.0\.0\.1:1.*DATABASE_URL/);
    expect(line).not.toContain('canary');
  });

  it('the database has no schema', async () => {
    const { url, drop } = await createDatabase();
    expect(await refusal({ DATABASE_URL: url })).toMatch(/npm run db:migrate/);
    await drop();
  });

  it('the database may lose committed transactions', async () => {
    const { url, drop } = await createDatabase(TEMPLATE);
    const client = new Client({ connectionString: url });
    await client.connect();
    const name = new URL(url).pathname.slice(1);
    await client.query(`alter database ${name} set synchronous_commit = off`);
    await client.end();
    expect(await refusal({ DATABASE_URL: url })).toMatch(/synchronous_commit/);
    await drop();
  });

  it('DATA_DIR is a file', async () => {
    const file = join(directory, 'file');
    await writeFile(file, '');
    expect(await refusal({ DATA_DIR: file })).toMatch(/DATA_DIR/);
  });

  it('another process uses DATA_DIR', async () => {
    await copyCluster(directory);
    await start();
    expect(await refusal({})).toMatch(/already using/);
  });
});

it('a start with DATABASE_URL starts no PostgreSQL', async () => {
  const { url, drop } = await createDatabase(TEMPLATE);
  const service = await start({ DATABASE_URL: url });
  expect(await statusOf(service.exampleUrl!)).toBe('created');
  expect(existsSync(join(directory, 'postgres'))).toBe(false);
  await stop(service);
  await drop();
});
