import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  chmod,
  link,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { StartupError } from '../../config/startup-error';
import { type Binaries } from './binaries';
import { codeOf, messageOf, tellingLine } from './commands';
import { freePort, isOpen } from './ports';
import { type Account, findServerUser, type ServerUser } from './server-user';

/** Seconds that PostgreSQL may take to recover at its start, and to write everything down at its end. */
const PATIENCE = 300;

const FLOCK = '/usr/bin/flock';
const FLOCK_REFUSED = '75';

/** Reasons for which a start fails while another one, or the remains of a killed server, are about. */
const CONTENTION =
  /lock file "[^"]*" already exists|shared memory block \([^()]*\) is still in use|could not create any TCP\/IP sockets/;

/** A PostgreSQL cluster on disk, and the server on it. */
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

  /** Makes the cluster if there is none. Returns the superuser's password. */
  async prepare(): Promise<string> {
    const owner = await this.owner();
    this.user = await findServerUser(
      [this.binaries.postgres, this.directory],
      owner,
    );
    const passwordFile = join(this.directory, 'postgres.password');
    if (owner) {
      await this.checkVersion();
    } else {
      await this.makePassword(passwordFile);
      await this.initialise(passwordFile);
    }
    const password = await readFile(passwordFile, 'utf8').catch(absent);
    if (!password) {
      throw new StartupError(
        `${passwordFile} is missing, without which ${this.path} cannot be used. Bring it back, or set DATA_DIR to another directory.`,
      );
    }
    return password.trim();
  }

  /** Starts the server; false when another one may be using the cluster, or be on its way. */
  async start(settings: Record<string, string>): Promise<boolean> {
    // Kubernetes' fsGroup widens it at every mount, and PostgreSQL would refuse.
    await chmod(this.path, 0o700);
    const log = await open(this.log, 'a', 0o600);
    const { size } = await log.stat();
    await log.close();
    await this.user.adopt(this.log);
    const options = Object.entries({
      timezone: 'UTC',
      log_timezone: 'UTC',
      log_checkpoints: 'off',
      // Statements and rows hold identifiers of persons' devices.
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
      const reason = tellingLine(
        (await readFile(this.log)).subarray(size).toString(),
      );
      if (codeOf(error) === FLOCK_REFUSED || CONTENTION.test(reason)) {
        return false;
      }
      throw new StartupError(
        `PostgreSQL does not start in ${this.path}: ${reason || messageOf(error)} (more in ${this.log}).`,
        { cause: error },
      );
    }
  }

  /** Stops the server, whoever started it, and waits for its end. */
  async stop(): Promise<void> {
    if (!(await this.answers())) {
      // pg_ctl would wait for a killed server to remove its postmaster.pid.
      return;
    }
    const command = ['stop', '-s', '-w', '-t', `${PATIENCE}`, '-m', 'fast'];
    try {
      await this.user.run(this.binaries.pg_ctl, ...command, '-D', this.path);
    } catch (error) {
      if (await this.answers()) {
        throw new StartupError(
          `PostgreSQL in ${this.path} does not stop: ${messageOf(error)}`,
          { cause: error },
        );
      }
    }
  }

  /** The port of the server that runs, or that was killed. */
  async port(): Promise<number | undefined> {
    const lines = await readFile(
      join(this.path, 'postmaster.pid'),
      'utf8',
    ).then((text) => text.split('\n'), absent);
    return Number(lines?.[3]) || undefined;
  }

  private async answers(): Promise<boolean> {
    const port = await this.port();
    return port !== undefined && isOpen(port);
  }

  /** Removes what a process killed during the first start left behind. */
  async tidy(): Promise<void> {
    const names = await readdir(this.directory);
    for (const name of names.filter((each) => each.includes('.new-'))) {
      await rm(join(this.directory, name), { recursive: true, force: true });
    }
  }

  private async owner(): Promise<Account | undefined> {
    const found = await stat(join(this.path, 'PG_VERSION')).catch(absent);
    const uid = process.getuid?.();
    if (found && (found.uid === 0 || (uid !== 0 && uid !== found.uid))) {
      throw new StartupError(
        `${this.path} belongs to user ${found.uid}, and PostgreSQL ${found.uid === 0 ? 'does not run as root' : 'runs only as the owner'}. Give it to the right user with chown -R, or set DATA_DIR to another directory.`,
      );
    }
    return found;
  }

  private async checkVersion(): Promise<void> {
    const version = await readFile(join(this.path, 'PG_VERSION'), 'utf8');
    if (version.trim() !== this.binaries.major) {
      throw new StartupError(
        `${this.path} was made by PostgreSQL ${version.trim()}, this is ${this.binaries.major}. Move the data over with pg_dump, or set DATA_DIR to another directory.`,
      );
    }
  }

  /** Two first starts at once, and repeated ones, agree on one password: link(2) never replaces. */
  private async makePassword(file: string): Promise<void> {
    const draft = `${file}.new-${randomBytes(6).toString('hex')}`;
    try {
      await writeFile(draft, `${randomBytes(24).toString('base64url')}\n`, {
        mode: 0o600,
        flag: 'wx',
        flush: true,
      });
      await link(draft, file);
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') {
        throw error;
      }
    } finally {
      await rm(draft, { force: true });
    }
    await this.user.adopt(file);
  }

  /** Made under another name and renamed when complete: a start that is killed leaves no half a cluster. */
  private async initialise(passwordFile: string): Promise<void> {
    const draft = await mkdtemp(`${this.path}.new-`);
    try {
      await this.user.adopt(draft);
      await this.user.run(
        this.binaries.initdb,
        '--username=postgres',
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        `--pgdata=${draft}`,
      );
      await rename(draft, this.path);
      await syncDirectory(this.directory);
    } catch (error) {
      // Another first start may have been faster, and have tidied up as well.
      if (await this.owner()) {
        return;
      }
      const taken = ['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(codeOf(error));
      throw new StartupError(
        taken
          ? `${this.path} is there, but it is not a PostgreSQL cluster. Move it away, or set DATA_DIR to another directory.`
          : `Cannot make a database in ${this.directory}: ${messageOf(error)}. Mend that, or set DATA_DIR to another directory.`,
        { cause: error },
      );
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  }

  /**
   * PostgreSQL's own lock file holds a process id, which says nothing in another container that mounts the same volume.
   * The kernel's lock does; the server inherits it and has it until its last process ends.
   */
  private exclusively(): string[] {
    return existsSync(FLOCK)
      ? [FLOCK, '--no-fork', '-n', '-E', FLOCK_REFUSED, this.path]
      : [];
  }
}

/** Undefined for what is not there; any other error is thrown on. */
function absent(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT') {
    throw error;
  }
}

/** pg_ctl hands the server's options to a shell. */
function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
