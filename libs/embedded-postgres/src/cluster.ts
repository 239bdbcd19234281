import { existsSync } from 'node:fs';
import { chmod, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Binaries } from './binaries';
import { codeOf, errorLineOf, messageOf } from './commands';
import { EmbeddedPostgresError } from './errors';
import { undefinedIfMissing } from './files';
import { freePort, isOpen } from './ports';
import { prepareCluster } from './prepare-cluster';
import type { ServerUser } from './server-user';

/** Seconds that PostgreSQL has for the recovery at its start, and for the last checkpoint at its end. */
const PATIENCE = 300;

const FLOCK = '/usr/bin/flock';
const FLOCK_REFUSED = '75';

/** Reasons why a start fails while another start is in progress, or while a killed server has not ended completely. */
const CONTENTION =
  /lock file "[^"]*" already exists|shared memory block \([^()]*\) is still in use|could not create any TCP\/IP sockets/;

/** A PostgreSQL cluster in a directory, and the server that runs on it. */
export class Cluster {
  readonly path: string;
  private readonly log: string;
  private user: ServerUser;

  constructor(
    readonly directory: string,
    private readonly binaries: Binaries,
  ) {
    this.path = join(directory, 'postgres');
    this.log = join(directory, 'postgres.log');
  }

  /** Creates the cluster if it does not exist. Call it before anything else. Returns the password of the superuser. */
  async prepare(): Promise<string> {
    const { user, password } = await prepareCluster(this, this.binaries);
    this.user = user;
    return password;
  }

  /** Starts the server. Returns false if another server runs on the cluster, or is starting or stopping. */
  async start(settings: Record<string, string>): Promise<boolean> {
    // The fsGroup of Kubernetes widens the mode at every mount, and then PostgreSQL does not start.
    await chmod(this.path, 0o700);
    const log = await open(this.log, 'a', 0o600);
    const { size } = await log.stat();
    await log.close();
    await this.user.adopt(this.log);
    const options = Object.entries({
      timezone: 'UTC',
      log_timezone: 'UTC',
      log_checkpoints: 'off',
      // Statements and rows contain identifiers of devices of persons.
      log_min_error_statement: 'panic',
      log_error_verbosity: 'terse',
      port: String(await freePort()),
      ...settings,
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
    }).map(([name, value]) => `-c ${quote(`${name}=${value}`)}`);
    const command = ['start', '-s', '-w', '-t', `${PATIENCE}`, '-D', this.path];
    try {
      await this.user.run(
        ...this.exclusively(),
        this.binaries.pg_ctl,
        ...command,
        '-l',
        this.log,
        '-o',
        options.join(' '),
      );
      return true;
    } catch (error) {
      const reason = errorLineOf(
        (await readFile(this.log)).subarray(size).toString(),
      );
      if (codeOf(error) === FLOCK_REFUSED || CONTENTION.test(reason)) {
        return false;
      }
      throw new EmbeddedPostgresError(
        `PostgreSQL does not start in ${this.path}: ${reason || messageOf(error)} (more in ${this.log}).`,
        { cause: error },
      );
    }
  }

  /** Stops the server, whichever process has started it, and waits for its end. */
  async stop(): Promise<void> {
    // pg_ctl would wait for a killed server to remove its postmaster.pid.
    if (!(await this.isRunning())) return;
    const command = ['stop', '-s', '-w', '-t', `${PATIENCE}`, '-m', 'fast'];
    try {
      await this.user.run(this.binaries.pg_ctl, ...command, '-D', this.path);
    } catch (error) {
      if (await this.isRunning()) {
        throw new EmbeddedPostgresError(
          `PostgreSQL in ${this.path} does not stop: ${messageOf(error)}.`,
          { cause: error },
        );
      }
    }
  }

  /** The port of the server that runs, or of the last one if that was killed. */
  async port(): Promise<number | undefined> {
    const lines = await readFile(
      join(this.path, 'postmaster.pid'),
      'utf8',
    ).then((text) => text.split('\n'), undefinedIfMissing);
    return Number(lines?.[3]) || undefined;
  }

  /** Removes temporary files of a first start that was killed. */
  async tidy(): Promise<void> {
    const names = await readdir(this.directory);
    for (const name of names.filter((each) => each.includes('.new-'))) {
      await rm(join(this.directory, name), { recursive: true, force: true });
    }
  }

  private async isRunning(): Promise<boolean> {
    const port = await this.port();
    return port !== undefined && isOpen(port);
  }

  /**
   * PostgreSQL's own lock file contains a process id, which means nothing in another container that mounts the same volume.
   * The lock of the kernel works there. The server inherits it and holds it until its last process ends.
   */
  private exclusively(): string[] {
    return existsSync(FLOCK)
      ? [FLOCK, '--no-fork', '-n', '-E', FLOCK_REFUSED, this.path]
      : [];
  }
}

/** pg_ctl passes the options of the server to a shell. */
function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
