import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../libs/embedded-postgres/src';
import type { Cleanup } from '../support/cleanup';
import { migrate } from '../bench/database';
import { ServerProcess } from '../support/server-process';
import { TcpProxy } from '../support/tcp-proxy';
import { Ledger } from './ledger';
import { PostgresServer } from './postgres-server';
import type { Random } from './random';
import { Traffic } from './traffic';

const SERVICE = resolve('dist/src/main.js');
const API_KEY = 'the-key-of-the-fault-tests';
const ADMIN_TOKEN = 'the-token-of-the-fault-tests';
const UNLIMITED = '1000000000';

/** What a scenario works with; all that it starts ends with it. */
export class Lab {
  readonly apiKey = API_KEY;
  readonly adminToken = ADMIN_TOKEN;

  constructor(
    /** The long form of the scenario is wanted. */
    readonly full: boolean,
    readonly random: Random,
    private readonly cleanup: Cleanup,
  ) {}

  /** A directory of its own, that another user may reach. */
  async directory(): Promise<string> {
    const path = await this.cleanup.start(
      () => mkdtemp(join(tmpdir(), 'postback-fault-')),
      (each) => rm(each, { recursive: true, force: true }),
    );
    await chmod(path, 0o755);
    return path;
  }

  async ledger(): Promise<Ledger> {
    const path = join(await this.directory(), 'acknowledged');
    return this.own(new Ledger(path), async (each) => each.close());
  }

  /** Senders that have begun. */
  traffic(origins: readonly string[], ledger: Ledger, prefix: string): Traffic {
    const traffic = new Traffic(origins, ledger, {
      apiKey: this.apiKey,
      prefix,
    });
    return this.own(traffic.start(), (each) => each.stop());
  }

  /** A running PostgreSQL with the tables of the service. */
  async database(
    settings?: Record<string, string>,
    directory?: string,
  ): Promise<PostgresServer> {
    const server = await this.startedDatabase(settings, directory);
    await migrate(server.url, this.cleanup);
    return server;
  }

  /** A running PostgreSQL, with what its directory holds. */
  async startedDatabase(
    settings?: Record<string, string>,
    directory?: string,
  ): Promise<PostgresServer> {
    const server = await PostgresServer.create(
      directory ?? (await this.directory()),
      settings,
    );
    await this.cleanup.start(
      () => server,
      async (each) => {
        await each.resume().catch(() => undefined);
        await each.kill().catch(() => undefined);
      },
    );
    await server.start();
    return server;
  }

  /** In front of a database; {@link PostgresServer.urlThrough} leads through it. */
  async proxy(database: PostgresServer): Promise<TcpProxy> {
    return this.own(
      await TcpProxy.start(database.port, {
        random: () => this.random.between(0, 999),
      }),
      (each) => each.close(),
    );
  }

  /** A replica that listens, on a port that it keeps when it is started again. */
  async service(
    databaseUrl: string,
    variables: Record<string, string> = {},
    script = SERVICE,
  ): Promise<ServerProcess> {
    const service = await this.cleanup.start(
      async () =>
        new ServerProcess('service', script, {
          echo: true,
          variables: {
            NODE_ENV: 'production',
            HOST: '127.0.0.1',
            DATABASE_URL: databaseUrl,
            BOOTSTRAP_API_KEY: API_KEY,
            ADMIN_TOKEN,
            THROTTLE_LIMIT: UNLIMITED,
            BAD_KEY_LIMIT: UNLIMITED,
            LOG_LEVEL: 'error',
            PORT: String(await freePort()),
            ...variables,
          },
        }),
      (each) => each.stop(),
    );
    await service.listening();
    return service;
  }

  /** Copies with owners; what vanishes meanwhile is left out. */
  async copy(from: string, to: string): Promise<void> {
    await promisify(execFile)('cp', ['-a', from, to]).catch(() => undefined);
  }

  /** Ends by itself with the scenario. */
  own<Thing>(thing: Thing, end: (thing: Thing) => Promise<unknown>): Thing {
    void this.cleanup.start(() => thing, end);
    return thing;
  }
}
