import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';

export interface NodeProcessOptions {
  readonly args?: readonly string[];
  /** The environment, in addition to PATH. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Starts it in its own process group. */
  readonly detached?: boolean;
  /** Writes its standard error to ours as well. */
  readonly echo?: boolean;
}

/** A script as a process of its own. It inherits nothing of this process's environment but PATH. */
export class NodeProcess {
  stdout = '';
  stderr = '';
  /** Both outputs, in the order in which they came. */
  output = '';
  protected readonly child: ChildProcess;
  private readonly exit: Promise<unknown[]>;
  private readonly close: Promise<unknown[]>;

  constructor(script: string, options: NodeProcessOptions = {}) {
    const { args = [], variables, detached = false, echo = false } = options;
    this.child = spawn(process.execPath, [script, ...args], {
      env: { PATH: process.env.PATH, ...variables },
      // Without a developer's .env.
      cwd: tmpdir(),
      detached,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.exit = once(this.child, 'exit');
    this.close = once(this.child, 'close');
    for (const name of ['stdout', 'stderr'] as const) {
      this.child[name]!.setEncoding('utf8').on('data', (text: string) => {
        this[name] += text;
        this.output += text;
      });
    }
    if (echo) this.child.stderr!.pipe(process.stderr);
  }

  get pid(): number {
    return this.child.pid!;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Resolves when it has ended, with the exit code or the signal that ended it. */
  async ended(): Promise<unknown> {
    const [code, signal] = await this.exit;
    return code ?? signal;
  }

  /** Resolves when it has ended and its output is complete: child processes that it left may hold it open. */
  async closed(): Promise<unknown> {
    const [code, signal] = await this.close;
    return code ?? signal;
  }
}
