import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { ENVIRONMENT } from './commands';
import { EmbeddedPostgresError } from './errors';

export interface Account {
  uid: number;
  gid: number;
}

/** Runs PostgreSQL's programs: as the user of this process, or as another user if that is root. */
export class ServerUser {
  constructor(
    private readonly account?: Account,
    private readonly prefix: readonly string[] = [],
  ) {}

  /** Runs a command in its own process group: Ctrl-C in a terminal reaches only this process, which then stops the server. */
  async run(...command: readonly string[]): Promise<void> {
    const [file = '', ...args] = [...this.prefix, ...command];
    const child = spawn(file, args, {
      cwd: '/',
      env: ENVIRONMENT,
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const [stderr, [code, signal]] = await Promise.all([
      text(child.stderr),
      once(child, 'close') as Promise<[number | null, string | null]>,
    ]);
    if (code !== 0) {
      throw Object.assign(
        new Error(`${file} ended with ${code ?? signal}: ${args.join(' ')}`),
        { code, stderr },
      );
    }
  }

  /** Makes the user that runs the server the owner of a file of this process. */
  async adopt(path: string): Promise<void> {
    if (this.account) {
      await chown(path, this.account.uid, this.account.gid);
    }
  }
}

/**
 * The user to run the server as: `owner`, if the cluster exists, or an unprivileged user. The user can reach all of `paths`.
 * Throws {@link EmbeddedPostgresError}.
 */
export async function findServerUser(
  paths: readonly string[],
  owner?: Account,
): Promise<ServerUser> {
  if (process.getuid?.() !== 0) {
    return new ServerUser();
  }
  const account = owner ?? (await unprivilegedAccount());
  const reaches = paths.flatMap((path) => ['-a', '-x', path]).slice(1);
  for (const options of [[], REACH_EVERYTHING]) {
    const user = new ServerUser(account, [
      'setpriv',
      `--reuid=${account.uid}`,
      `--regid=${account.gid}`,
      '--clear-groups',
      ...options,
    ]);
    const usable = await user.run('test', ...reaches).then(
      () => true,
      () => false,
    );
    if (usable) {
      return user;
    }
  }
  throw new EmbeddedPostgresError(
    `PostgreSQL does not run as root, and user ${account.uid} cannot be used or cannot reach ${paths.join(' and ')}. Run as an ordinary user, or use another PostgreSQL server.`,
  );
}

/**
 * For a project in a directory that only root can enter, such as /root. Without no_setuid_fixup the kernel ignores the
 * capability in access(2), with which PostgreSQL looks for its own programs.
 */
const REACH_EVERYTHING = [
  '--securebits=+no_setuid_fixup',
  '--inh-caps=+dac_override',
  '--ambient-caps=+dac_override',
];

async function unprivilegedAccount(): Promise<Account> {
  const lines = await readFile('/etc/passwd', 'utf8').then(
    (passwd) => passwd.split('\n').map((line) => line.split(':')),
    () => [],
  );
  for (const wanted of ['postgres', 'nobody']) {
    const found = lines.find(([name]) => name === wanted);
    if (found) {
      return { uid: Number(found[2]), gid: Number(found[3]) };
    }
  }
  throw new EmbeddedPostgresError(
    'PostgreSQL does not run as root, and there is neither a user postgres nor a user nobody. Run as an ordinary user, or use another PostgreSQL server.',
  );
}
