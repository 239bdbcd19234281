import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { EmbeddedPostgres } from '../src';

/** Starts the server from TypeScript in another process, and prints its URL. */
const OWNER = `
  require.extensions['.ts'] = (module, file) => {
    const { code } = require('@swc/core').transformFileSync(file, {
      jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
      module: { type: 'commonjs' },
    });
    module._compile(code, file);
  };
  const [file, directory] = process.argv.slice(1);
  require(file).EmbeddedPostgres.start(directory).then(({ url }) => console.log(url));
`;

/** A temporary directory for the tests of a file, with helpers for the server in its directory `data`. */
export class TestDirectory {
  private constructor(readonly base: string) {}

  static async create(): Promise<TestDirectory> {
    const base = await mkdtemp(join(tmpdir(), 'embedded-postgres-'));
    // If root runs the tests, another user runs the server.
    await chmod(base, 0o755);
    return new TestDirectory(base);
  }

  get data(): string {
    return join(this.base, 'data');
  }

  /** Starts the server, runs a query, and stops the server. */
  async query(sql: string): Promise<unknown[]> {
    const server = await EmbeddedPostgres.start(this.data);
    try {
      return await runQuery(server.url, sql);
    } finally {
      await server.stop();
    }
  }

  /** Starts the server in another process, which owns it then. */
  async startOwner(): Promise<{ owner: ChildProcess; url: string }> {
    const file = join(__dirname, '../src/embedded-postgres.ts');
    const owner = spawn(process.execPath, ['-e', OWNER, file, this.data], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [output] = await once(owner.stdout, 'data');
    return { owner, url: String(output).trim() };
  }

  /** The process id of the running server. */
  async serverPid(): Promise<number> {
    const file = join(this.data, 'postgres', 'postmaster.pid');
    return Number((await readFile(file, 'utf8')).split('\n')[0]);
  }

  remove(): Promise<void> {
    return rm(this.base, { recursive: true, force: true });
  }
}

export async function kill(owner: ChildProcess): Promise<void> {
  owner.kill('SIGKILL');
  await once(owner, 'exit');
}

export async function runQuery(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
