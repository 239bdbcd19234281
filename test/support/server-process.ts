import { once } from 'node:events';
import { NodeProcess, type NodeProcessOptions } from './node-process';

/** Milliseconds until a server that does not stop is killed. */
const STOP_TIMEOUT = 10_000;

/** A server as a process of its own, on a free port. */
export class ServerProcess extends NodeProcess {
  constructor(
    readonly name: string,
    script: string,
    { variables, ...options }: NodeProcessOptions,
  ) {
    super(script, {
      ...options,
      variables: { PORT: '0', SHUTDOWN_GRACE: '0', ...variables },
    });
  }

  /** Resolves when it has printed its address; throws when it ends instead. */
  async listening(): Promise<void> {
    while (!this.origin) {
      const hasEnded = await Promise.race([
        once(this.child.stdout!, 'data').then(() => false),
        this.ended().then(() => true),
      ]);
      if (hasEnded) {
        throw new Error(
          `The server ${this.name} did not start: ${this.stderr}`,
        );
      }
    }
  }

  get origin(): string {
    return /Listening on +(\S+)\n/.exec(this.stdout)?.[1] ?? '';
  }

  async stop(): Promise<void> {
    this.signal('SIGTERM');
    const timer = setTimeout(() => this.signal('SIGKILL'), STOP_TIMEOUT);
    await this.ended();
    clearTimeout(timer);
  }
}
