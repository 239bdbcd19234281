import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';

const MAIN = resolve('dist/src/main.js');

/** The service as a process of its own, as `npm start` runs it. */
export class Service {
  output = '';
  errors = '';
  private readonly exit: Promise<unknown[]>;

  private constructor(private readonly child: ChildProcess) {
    this.exit = once(child, 'exit');
    child.stdout!.on('data', (chunk) => (this.output += String(chunk)));
    child.stderr!.on('data', (chunk) => (this.errors += String(chunk)));
  }

  /** With nothing of this process's environment but the path. */
  static run(
    variables: Record<string, string>,
    { detached = false } = {},
  ): Service {
    return new Service(
      spawn(process.execPath, [MAIN], {
        env: {
          PATH: process.env.PATH,
          PORT: '0',
          SHUTDOWN_GRACE: '0',
          ...variables,
        },
        // Not here: a developer's .env is none of the test's business.
        cwd: tmpdir(),
        detached,
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
  }

  /** Resolves when the service listens; throws when it ends instead. */
  async listening(): Promise<void> {
    while (!/Swagger UI/.test(this.output)) {
      const ended = await Promise.race([
        once(this.child.stdout!, 'data'),
        this.exit.then(() => 'ended' as const),
      ]);
      if (ended === 'ended') throw new Error(`It ended: ${this.errors}`);
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** SIGINT to the service and all that it runs in its process group, as a terminal sends it. */
  pressCtrlC(): void {
    if (this.child.exitCode === null) process.kill(-this.child.pid!, 'SIGINT');
  }

  /** The exit code, or the signal that ended it. */
  async ended(): Promise<unknown> {
    const [code, signal] = await this.exit;
    return code ?? signal;
  }

  get origin(): string {
    return /Listening on +(\S+)/.exec(this.output)?.[1] ?? '';
  }

  /** The URL of the `curl` line that a first start prints. */
  get exampleUrl(): string | undefined {
    return /curl '(\S+)'/.exec(this.output)?.[1];
  }

  get adminToken(): string | undefined {
    return /Admin token +(\S+)/.exec(this.output)?.[1];
  }
}
