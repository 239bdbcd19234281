import { Client } from 'pg';
import { codeOf } from './commands';

/** The key of the advisory lock; any number, the same for all processes that may own the server. */
const LOCK = 7_064_155;

/** SQLSTATE: another session holds the lock. */
export const LOCK_NOT_AVAILABLE = '55P03';

/** SQLSTATE: wrong password. */
export const INVALID_PASSWORD = '28P01';

/** SQLSTATE: the server is starting, recovering or stopping. */
export const CANNOT_CONNECT_NOW = '57P03';

/**
 * The connection with which one process owns the server. It holds an advisory lock, which PostgreSQL releases when the
 * process ends for any reason.
 */
export class OwnerConnection {
  /** Whether another process owns the server now. */
  lost = false;
  private closed = false;
  private retry?: NodeJS.Timeout;

  private constructor(
    private client: Client,
    private readonly url: string,
    private readonly cluster: string,
  ) {
    this.watch();
  }

  /** Connects to the server of `cluster` and becomes its owner. Fails with LOCK_NOT_AVAILABLE if it has an owner. */
  static async open(url: string, cluster: string): Promise<OwnerConnection> {
    return new OwnerConnection(await claim(url, cluster), url, cluster);
  }

  async createDatabaseOnce(name: string): Promise<void> {
    const { rowCount } = await this.client.query(
      'select from pg_database where datname = $1',
      [name],
    );
    if (!rowCount) {
      await this.client.query(
        `create database ${this.client.escapeIdentifier(name)}`,
      );
    }
  }

  /** Stops reconnecting, so that the server may stop. */
  release(): void {
    this.closed = true;
    clearTimeout(this.retry);
  }

  async close(): Promise<void> {
    this.release();
    await this.client.end();
  }

  /** Reconnects later: the server drops all connections when it restarts after a crash of one of its processes. */
  private watch(): void {
    this.client.on('end', () => this.retakeLater());
  }

  private retakeLater(): void {
    if (!this.closed) {
      this.retry = setTimeout(() => void this.retake(), 1000).unref();
    }
  }

  private async retake(): Promise<void> {
    try {
      this.client = await claim(this.url, this.cluster);
      this.watch();
      if (this.closed) {
        await this.client.end();
      }
    } catch (error) {
      this.lost = codeOf(error) === LOCK_NOT_AVAILABLE;
      if (!this.lost) {
        this.retakeLater();
      }
    }
  }
}

async function claim(url: string, cluster: string): Promise<Client> {
  const client = new Client({
    connectionString: url,
    ssl: false,
    application_name: 'owner',
    connectionTimeoutMillis: 5000,
    // Enough for the server to close the connection of an owner that was just killed.
    lock_timeout: 2000,
  });
  // The server may stop at any time. Without a listener the error would end this process; 'end' follows.
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>(
      'show data_directory',
    );
    if (rows[0]?.data_directory !== cluster) {
      throw new Error('the port belongs to another PostgreSQL server');
    }
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    return client;
  } catch (error) {
    await client.end();
    throw error;
  }
}
