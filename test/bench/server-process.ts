import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';

/** Milliseconds that a server may take to stop. */
const PATIENCE = 10_000;

/** A server under test, as a process of its own. */
export class ServerProcess {
  private readonly exit: Promise<unknown[]>;
  /** All that it has written, to both outputs. */
  output = '';

  private constructor(
    readonly name: string,
    private readonly child: ChildProcess,
  ) {
    this.exit = once(child, 'exit');
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text) => (this.output += text));
    }
    child.stderr!.on('data', (text: string) => process.stderr.write(text));
  }

  /** With nothing of this process's environment but the path; ready when `listening` resolves. */
  static run(
    name: string,
    script: string,
    variables: Record<string, string>,
  ): ServerProcess {
    return new ServerProcess(
      name,
      spawn(process.execPath, [script], {
        env: {
          PATH: process.env.PATH,
          NODE_ENV: 'production',
          HOST: '127.0.0.1',
          PORT: '0',
          SHUTDOWN_GRACE: '0',
          ...variables,
        },
        // A developer's .env is none of the benchmark's business.
        cwd: tmpdir(),
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
  }

  /** Resolves when it has said where it listens; throws when it ends instead. */
  async listening(): Promise<void> {
    while (!this.origin) {
      const ended = await Promise.race([
        once(this.child.stdout!, 'data').then(() => false),
        this.exit.then(() => true),
      ]);
      if (ended) throw new Error(`The server ${this.name} ended at its start`);
    }
  }

  get origin(): string {
    return /Listening on +(\S+)\n/.exec(this.output)?.[1] ?? '';
  }

  get pid(): number {
    return this.child.pid!;
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** Resolves at its end, with the exit code or the signal that ended it. */
  async ended(): Promise<unknown> {
    const [code, signal] = await this.exit;
    return code ?? signal;
  }

  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), PATIENCE);
    await this.exit;
    clearTimeout(timer);
  }
}
