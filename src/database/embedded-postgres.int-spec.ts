import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  mkdtemp,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Client } from 'pg';
import { EmbeddedPostgres } from './embedded-postgres';
import { findBinaries } from './embedded/binaries';

jest.setTimeout(60_000);

/** Starts the server from TypeScript in a process of its own, and prints its url. */
const OWNER = `
  require.extensions['.ts'] = (module, file) => {
    const { code } = require('@swc/core').transformFileSync(file, {
      jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
      module: { type: 'commonjs' },
    });
    module._compile(code, file);
  };
  const [file, directory] = process.argv.slice(1);
  require(file).EmbeddedPostgres.start(directory).then(({ url }) => console.log(url));
`;

describe('EmbeddedPostgres', () => {
  let base: string;
  let directory: string;

  beforeAll(async () => {
    base = await mkdtemp(join(tmpdir(), 'embedded-postgres-'));
    await chmod(base, 0o755);
    directory = join(base, 'data');
    await query(`create table kept as select 'first' as word`);
  });

  afterAll(() => rm(base, { recursive: true, force: true }));

  it('finds its data at the next start', async () => {
    expect(await query('select word from kept')).toEqual([{ word: 'first' }]);
  });

  it('keeps cluster and password to their owner', async () => {
    expect(await modeOf(join(directory, 'postgres'))).toBe('700');
    expect(await modeOf(join(directory, 'postgres.password'))).toBe('600');
  });

  it('listens on the loopback address only, and asks for the password', async () => {
    const server = await EmbeddedPostgres.start(directory);
    const url = new URL(server.url);
    expect(
      await ask(
        server.url,
        `select current_setting('listen_addresses') tcp, current_setting('unix_socket_directories') unix`,
      ),
    ).toEqual([{ tcp: '127.0.0.1', unix: '' }]);
    url.password = 'guess';
    await expect(ask(url.href, 'select')).rejects.toThrow('password');
    await server.stop();
  });

  it('passes settings on, whatever is in them', async () => {
    const note = `it's $HOME "quoted"`;
    const server = await EmbeddedPostgres.start(directory, {
      settings: { 'postback.note': note, work_mem: '7MB' },
    });
    expect(
      await ask(
        server.url,
        `select current_setting('postback.note') note, current_setting('work_mem') work_mem`,
      ),
    ).toEqual([{ note: note, work_mem: '7MB' }]);
    await server.stop();
  });

  it('adopts the server of an owner that was killed, and stops it', async () => {
    const { owner, url } = await startOwner();
    await ask(url, `update kept set word = 'adopted'`);
    await kill(owner);

    const server = await EmbeddedPostgres.start(directory);
    expect(server.url).toBe(url);
    expect(await ask(url, 'select word from kept')).toEqual([
      { word: 'adopted' },
    ]);
    await server.stop();
    await expect(ask(url, 'select')).rejects.toThrow('ECONNREFUSED');
  });

  it('recovers what was committed when owner and server were killed', async () => {
    const { owner, url } = await startOwner();
    await ask(url, `update kept set word = 'recovered'`);
    process.kill(await serverPid(), 'SIGKILL');
    await kill(owner);

    expect(await query('select word from kept')).toEqual([
      { word: 'recovered' },
    ]);
  });

  it('refuses a second owner', async () => {
    const server = await EmbeddedPostgres.start(directory);
    await expect(EmbeddedPostgres.start(directory)).rejects.toThrow(
      `Another process is already using ${directory}. Stop it, or set DATA_DIR to another directory.`,
    );
    expect(await ask(server.url, 'select 1 as answers')).toHaveLength(1);
    await server.stop();
  });

  it('lets itself be shared, and not be stopped by who shares it', async () => {
    const owner = await EmbeddedPostgres.start(directory);
    const guest = await EmbeddedPostgres.start(directory, { shared: true });
    expect({ url: guest.url, owned: guest.owned }).toEqual({
      url: owner.url,
      owned: false,
    });
    await guest.stop();
    expect(await ask(owner.url, 'select 1 as answers')).toHaveLength(1);
    await owner.stop();
  });

  it('is owned by who would share it, where nobody else owns it', async () => {
    const server = await EmbeddedPostgres.start(directory, { shared: true });
    expect(server.owned).toBe(true);
    await server.stop();
    await expect(ask(server.url, 'select')).rejects.toThrow('ECONNREFUSED');
  });

  it('is owned again after the connection of the owner broke', async () => {
    const server = await EmbeddedPostgres.start(directory);
    await ask(
      server.url,
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'owner'`,
    );
    const locks = `select from pg_locks where locktype = 'advisory' and granted`;
    while ((await ask(server.url, locks)).length === 0) {
      await setTimeout(10);
    }
    await expect(EmbeddedPostgres.start(directory)).rejects.toThrow(
      'Another process',
    );
    await server.stop();
  });

  it('stops in peace when its server was killed', async () => {
    const server = await EmbeddedPostgres.start(directory);
    process.kill(await serverPid(), 'SIGKILL');
    await server.stop();
    await server.stop();
  });

  it('gives one of two first starts the server', async () => {
    const fresh = join(base, 'fresh');
    const starts = await Promise.allSettled([
      EmbeddedPostgres.start(fresh),
      EmbeddedPostgres.start(fresh),
    ]);
    const servers = starts.filter((each) => each.status === 'fulfilled');
    expect(servers).toHaveLength(1);
    await servers[0]?.value.stop();
    expect(starts.find((each) => each.status === 'rejected')?.reason).toEqual(
      expect.objectContaining({
        message: expect.stringContaining('Another process'),
      }),
    );
  });

  it('names the file that is in the place of its directory', async () => {
    const file = join(base, 'file');
    await writeFile(file, '');
    await expect(EmbeddedPostgres.start(file)).rejects.toThrow(
      `A file is in the place of a directory (EEXIST: file already exists, mkdir '${file}'). Move it away, or set DATA_DIR to another directory.`,
    );
  });

  it('names the password that is missing', async () => {
    const password = join(directory, 'postgres.password');
    await rename(password, `${password}.away`);
    await expect(EmbeddedPostgres.start(directory)).rejects.toThrow(
      `${password} is missing`,
    );
    await rename(`${password}.away`, password);
  });

  it("names the error in the server's log", async () => {
    await expect(
      EmbeddedPostgres.start(directory, { settings: { work_mem: 'much' } }),
    ).rejects.toThrow(
      `PostgreSQL does not start in ${directory}/postgres: invalid value for parameter "work_mem": "much"`,
    );
  });

  it('refuses the data of another major version', async () => {
    await writeFile(join(directory, 'postgres', 'PG_VERSION'), '17\n');
    await expect(EmbeddedPostgres.start(directory)).rejects.toThrow(
      `${directory}/postgres was made by PostgreSQL 17, this is 18.`,
    );
  });

  it('suggests DATABASE_URL where no binaries are to be had', async () => {
    await expect(findBinaries('sunos-sparc')).rejects.toThrow(
      /^No PostgreSQL for sunos-sparc is installed .* set DATABASE_URL to a PostgreSQL server\.$/,
    );
  });

  /** Starts the server, asks it, and stops it. */
  async function query(sql: string): Promise<unknown[]> {
    const server = await EmbeddedPostgres.start(directory);
    try {
      return await ask(server.url, sql);
    } finally {
      await server.stop();
    }
  }

  async function startOwner(): Promise<{ owner: ChildProcess; url: string }> {
    const file = join(__dirname, 'embedded-postgres.ts');
    const owner = spawn(process.execPath, ['-e', OWNER, file, directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [output] = await once(owner.stdout, 'data');
    return { owner, url: String(output).trim() };
  }

  async function serverPid(): Promise<number> {
    const file = join(directory, 'postgres', 'postmaster.pid');
    return Number((await readFile(file, 'utf8')).split('\n')[0]);
  }
});

async function modeOf(path: string): Promise<string> {
  return ((await stat(path)).mode & 0o777).toString(8);
}

async function kill(owner: ChildProcess): Promise<void> {
  owner.kill('SIGKILL');
  await once(owner, 'exit');
}

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
