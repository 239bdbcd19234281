import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { EmbeddedPostgres } from '../src';
import { kill, runQuery, TestDirectory } from './support';

jest.setTimeout(60_000);

describe('the owner of an embedded server', () => {
  let test: TestDirectory;
  let directory: string;

  beforeAll(async () => {
    test = await TestDirectory.create();
    directory = test.data;
    await test.query(`create table kept as select 'first' as word`);
  });

  afterAll(() => test.remove());

  it('adopts the server of an owner that was killed, and stops it', async () => {
    const { owner, url } = await test.startOwner();
    await runQuery(url, `update kept set word = 'adopted'`);
    await kill(owner);

    const server = await EmbeddedPostgres.start(directory);
    expect(server.url).toBe(url);
    expect(await runQuery(url, 'select word from kept')).toEqual([
      { word: 'adopted' },
    ]);
    await server.stop();
    await expect(runQuery(url, 'select')).rejects.toThrow('ECONNREFUSED');
  });

  it('recovers committed data after owner and server were killed', async () => {
    const { owner, url } = await test.startOwner();
    await runQuery(url, `update kept set word = 'recovered'`);
    process.kill(await test.serverPid(), 'SIGKILL');
    await kill(owner);

    expect(await test.query('select word from kept')).toEqual([
      { word: 'recovered' },
    ]);
  });

  it('is the only one', async () => {
    const server = await EmbeddedPostgres.start(directory);
    await expect(EmbeddedPostgres.start(directory)).rejects.toThrow(
      `Another process is already using ${directory}. Stop it, or use another directory.`,
    );
    expect(await runQuery(server.url, 'select 1 as one')).toHaveLength(1);
    await server.stop();
  });

  it('shares the server with another process, which does not stop it', async () => {
    const owner = await EmbeddedPostgres.start(directory);
    const guest = await EmbeddedPostgres.start(directory, { shared: true });
    expect({ url: guest.url, owned: guest.owned }).toEqual({
      url: owner.url,
      owned: false,
    });
    await guest.stop();
    expect(await runQuery(owner.url, 'select 1 as one')).toHaveLength(1);
    await owner.stop();
  });

  it('is a process that would share the server, if there is no other owner', async () => {
    const server = await EmbeddedPostgres.start(directory, { shared: true });
    expect(server.owned).toBe(true);
    await server.stop();
    await expect(runQuery(server.url, 'select')).rejects.toThrow(
      'ECONNREFUSED',
    );
  });

  it('takes the lock again after its connection broke', async () => {
    const server = await EmbeddedPostgres.start(directory);
    await runQuery(
      server.url,
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'owner'`,
    );
    const locks = `select from pg_locks where locktype = 'advisory' and granted`;
    while ((await runQuery(server.url, locks)).length === 0) {
      await setTimeout(10);
    }
    await expect(EmbeddedPostgres.start(directory)).rejects.toThrow(
      'Another process',
    );
    await server.stop();
  });

  it('is one of two concurrent first starts', async () => {
    const fresh = join(test.base, 'fresh');
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
});
