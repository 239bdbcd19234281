import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Load, LoadFailure, LoadResult } from './load';

/** The process that sends the requests. */
export class LoadGenerator {
  private constructor(
    private readonly child: ChildProcess,
    private readonly exit: Promise<unknown[]>,
  ) {}

  static start(): LoadGenerator {
    const child = fork(join(__dirname, 'main.js'));
    return new LoadGenerator(child, once(child, 'exit'));
  }

  /** Throws when a single answer was not as expected, unless that is tolerated. */
  async run(load: Load): Promise<LoadResult> {
    const reply = once(this.child, 'message') as Promise<
      [LoadResult | LoadFailure]
    >;
    this.child.send(load);
    const [result] = await Promise.race([
      reply,
      this.exit.then(() => {
        throw new Error('The load generator has ended');
      }),
    ]);
    if ('failure' in result) throw new Error(result.failure);
    const errors = Object.entries(result.errors);
    if (errors.length > 0 && !load.tolerant) {
      const counted = errors.map(([text, count]) => `${count} × ${text}`);
      throw new Error(
        `Wrong answers among ${result.requests} to ${load.request.method}: ${counted.join('; ')}`,
      );
    }
    return result;
  }

  async stop(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exit;
  }
}
