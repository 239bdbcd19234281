import { randomBytes } from 'node:crypto';
import {
  link,
  mkdtemp,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import type { Binaries } from './binaries';
import { codeOf, messageOf } from './commands';
import { EmbeddedPostgresError } from './errors';
import { syncDirectory, undefinedIfMissing } from './files';
import { type Account, findServerUser, type ServerUser } from './server-user';

export interface ClusterLocation {
  /** Contains the cluster, its password and its log. */
  readonly directory: string;
  /** The cluster itself. */
  readonly path: string;
}

export interface PreparedCluster {
  /** The user that runs the server. */
  readonly user: ServerUser;
  /** Of the superuser `postgres`. */
  readonly password: string;
}

/** Creates the cluster if it does not exist. Throws {@link EmbeddedPostgresError}. */
export async function prepareCluster(
  { directory, path }: ClusterLocation,
  binaries: Binaries,
): Promise<PreparedCluster> {
  const owner = await ownerOf(path);
  const user = await findServerUser([binaries.postgres, directory], owner);
  const passwordFile = join(directory, 'postgres.password');
  if (owner) {
    await checkVersion(path, binaries);
  } else {
    await createPassword(passwordFile, user);
    await createCluster({ directory, path }, binaries, user, passwordFile);
  }
  const password = await readFile(passwordFile, 'utf8').catch(
    undefinedIfMissing,
  );
  if (!password) {
    throw new EmbeddedPostgresError(
      `${passwordFile} is missing, and ${path} cannot be used without it. Restore it, or use another directory.`,
    );
  }
  return { user, password: password.trim() };
}

/** The user that owns the files of the cluster; undefined if there is no cluster. */
async function ownerOf(path: string): Promise<Account | undefined> {
  const found = await stat(join(path, 'PG_VERSION')).catch(undefinedIfMissing);
  const uid = process.getuid?.();
  if (found && (found.uid === 0 || (uid !== 0 && uid !== found.uid))) {
    throw new EmbeddedPostgresError(
      `${path} belongs to user ${found.uid}, and PostgreSQL ${found.uid === 0 ? 'does not run as root' : 'runs only as the owner'}. Change the owner with chown -R, or use another directory.`,
    );
  }
  return found;
}

async function checkVersion(path: string, { major }: Binaries): Promise<void> {
  const version = (await readFile(join(path, 'PG_VERSION'), 'utf8')).trim();
  if (version !== major) {
    throw new EmbeddedPostgresError(
      `${path} was created by PostgreSQL ${version}, but this is PostgreSQL ${major}. Migrate the data with pg_dump, or use another directory.`,
    );
  }
}

/** Concurrent and repeated first starts agree on one password, because link(2) never replaces a file. */
async function createPassword(file: string, user: ServerUser): Promise<void> {
  const draft = `${file}.new-${randomBytes(6).toString('hex')}`;
  try {
    await writeFile(draft, `${randomBytes(24).toString('base64url')}\n`, {
      mode: 0o600,
      flag: 'wx',
      flush: true,
    });
    await link(draft, file);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
  await user.adopt(file);
}

/** Creates the cluster under a temporary name and renames it at the end, so that a killed start leaves no partial cluster. */
async function createCluster(
  { directory, path }: ClusterLocation,
  binaries: Binaries,
  user: ServerUser,
  passwordFile: string,
): Promise<void> {
  const draft = await mkdtemp(`${path}.new-`);
  try {
    await user.adopt(draft);
    await user.run(
      binaries.initdb,
      '--username=postgres',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      `--pgdata=${draft}`,
    );
    await rename(draft, path);
    await syncDirectory(directory);
  } catch (error) {
    // Another first start may have been faster, and may have removed the draft.
    if (await ownerOf(path)) return;
    const isTaken = ['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(codeOf(error));
    throw new EmbeddedPostgresError(
      isTaken
        ? `${path} exists, but it is not a PostgreSQL cluster. Move it away, or use another directory.`
        : `Cannot create a database in ${directory}: ${messageOf(error)}. Fix that, or use another directory.`,
      { cause: error },
    );
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}
