import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Client } from 'pg';
import {
  Cluster,
  findBinaries,
  freePort,
} from '../../libs/embedded-postgres/src';

/** A PostgreSQL server that can be killed, stalled and started again at the same address. */
export class PostgresServer {
  private constructor(
    private readonly cluster: Cluster,
    private readonly settings: Record<string, string>,
    private readonly password: string,
  ) {}

  /** On a directory, which may hold one already; not started. `settings` are of postgresql.conf. */
  static async create(
    directory: string,
    settings: Record<string, string> = {},
  ): Promise<PostgresServer> {
    const cluster = new Cluster(directory, await findBinaries());
    const password = await cluster.prepare();
    const port = String(await freePort());
    return new PostgresServer(
      cluster,
      { max_connections: '200', port, ...settings },
      password,
    );
  }

  get url(): string {
    return this.urlThrough(this.port);
  }

  /** The same by way of another port of this machine. */
  urlThrough(port: number): string {
    return `postgresql://postgres:${this.password}@127.0.0.1:${port}/postgres`;
  }

  get port(): number {
    return Number(this.settings.port);
  }

  /** Resolves when it accepts connections, after recovery if need be. */
  async start(): Promise<void> {
    while (!(await this.cluster.start(this.settings))) await setTimeout(50);
  }

  stop(): Promise<void> {
    return this.cluster.stop();
  }

  /** The end of all its processes at once, as by a power cut; what the operating system holds survives. */
  async kill(): Promise<void> {
    const pids = await this.pids();
    for (const pid of pids) signal(pid, 'SIGKILL');
    while (pids.some(isAlive)) await setTimeout(5);
  }

  /** It hangs: connections stay open, nothing answers. */
  async pause(): Promise<void> {
    for (const pid of await this.pids()) signal(pid, 'SIGSTOP');
  }

  async resume(): Promise<void> {
    for (const pid of await this.pids()) signal(pid, 'SIGCONT');
  }

  /** A plain connection, to look at what is really there. */
  async connect(): Promise<Client> {
    const client = new Client({ connectionString: this.url });
    // Whoever waits for a query is told as well.
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  /** One statement on a connection of its own. */
  async query<Row extends object>(
    text: string,
    values: unknown[] = [],
  ): Promise<Row[]> {
    const client = await this.connect();
    try {
      return (await client.query<Row>(text, values)).rows;
    } finally {
      await client.end();
    }
  }

  /** The server's first process, then its children. */
  private async pids(): Promise<number[]> {
    const [line] = (
      await readFile(join(this.cluster.path, 'postmaster.pid'), 'utf8')
    ).split('\n');
    const postmaster = Number(line);
    const children = readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid > 0 && parentOf(pid) === postmaster);
    return [postmaster, ...children];
  }
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

/** A zombie is as good as gone. */
function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat[stat.lastIndexOf(')') + 2] !== 'Z';
  } catch {
    return false;
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // It has ended by itself in the meantime.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
