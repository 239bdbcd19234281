import { rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedPostgres, EmbeddedPostgresError, findBinaries } from '../src';
import { runQuery, TestDirectory } from './support';

jest.setTimeout(60_000);

describe('EmbeddedPostgres', () => {
  let test: TestDirectory;
  let directory: string;

  beforeAll(async () => {
    test = await TestDirectory.create();
    directory = test.data;
    await test.query(`create table kept as select 'first' as word`);
  });

  afterAll(() => test.remove());

  it('finds its data at the next start', async () => {
    expect(await test.query('select word from kept')).toEqual([
      { word: 'first' },
    ]);
  });

  it('lets only the owner read the cluster and the password', async () => {
    expect(await modeOf(join(directory, 'postgres'))).toBe('700');
    expect(await modeOf(join(directory, 'postgres.password'))).toBe('600');
  });

  it('listens only on the loopback address, and requires the password', async () => {
    const server = await EmbeddedPostgres.start(directory);
    const url = new URL(server.url);
    expect(
      await runQuery(
        server.url,
        `select current_setting('listen_addresses') tcp, current_setting('unix_socket_directories') unix`,
      ),
    ).toEqual([{ tcp: '127.0.0.1', unix: '' }]);
    url.password = 'guess';
    await expect(runQuery(url.href, 'select')).rejects.toThrow('password');
    await server.stop();
  });

  it('passes settings with any characters to the server', async () => {
    const note = `it's $HOME "quoted"`;
    const server = await EmbeddedPostgres.start(directory, {
      settings: { 'postback.note': note, work_mem: '7MB' },
    });
    expect(
      await runQuery(
        server.url,
        `select current_setting('postback.note') note, current_setting('work_mem') work_mem`,
      ),
    ).toEqual([{ note: note, work_mem: '7MB' }]);
    await server.stop();
  });

  it('stops without an error when its server was killed', async () => {
    const server = await EmbeddedPostgres.start(directory);
    process.kill(await test.serverPid(), 'SIGKILL');
    await server.stop();
    await server.stop();
  });

  describe('rejects', () => {
    it('a file with the path of the directory', async () => {
      const file = join(test.base, 'file');
      await writeFile(file, '');
      await expectRejection(
        file,
        `A file has the path of a directory (EEXIST: file already exists, mkdir '${file}'). Move it away, or use another directory.`,
      );
    });

    it('a missing password', async () => {
      const password = join(directory, 'postgres.password');
      await rename(password, `${password}.away`);
      await expectRejection(directory, `${password} is missing`);
      await rename(`${password}.away`, password);
    });

    it("an invalid setting, with the error in the server's log", () =>
      expectRejection(
        directory,
        `PostgreSQL does not start in ${directory}/postgres: invalid value for parameter "work_mem": "much"`,
        { work_mem: 'much' },
      ));

    it('the data of another major version', async () => {
      await writeFile(join(directory, 'postgres', 'PG_VERSION'), '17\n');
      await expectRejection(
        directory,
        `${directory}/postgres was created by PostgreSQL 17, but this is PostgreSQL 18.`,
      );
    });

    it('a system without binaries', async () => {
      await expect(findBinaries('sunos-sparc')).rejects.toThrow(
        /^No PostgreSQL for sunos-sparc is installed .* use another PostgreSQL server\.$/,
      );
    });
  });
});

/** Expects that the server does not start on the directory, with a message that contains `message`. */
function expectRejection(
  directory: string,
  message: string,
  settings: Record<string, string> = {},
): Promise<void> {
  const starting = EmbeddedPostgres.start(directory, { settings });
  return expect(starting).rejects.toThrow(
    expect.objectContaining({
      constructor: EmbeddedPostgresError,
      message: expect.stringContaining(message),
    }),
  );
}

async function modeOf(path: string): Promise<string> {
  return ((await stat(path)).mode & 0o777).toString(8);
}
