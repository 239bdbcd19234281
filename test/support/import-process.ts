import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';

const IMPORT = resolve('dist/src/commands/import.js');

export interface ImportResult {
  readonly code: number | null;
  /** Numbers of the summary by their names. */
  readonly counts: Record<string, number>;
  readonly output: string;
  readonly errors: string;
}

/** The import as a process of its own, as `npm run import` runs it. */
export class ImportProcess {
  private output = '';
  private errors = '';
  private readonly exit: Promise<unknown[]>;

  private constructor(private readonly child: ChildProcess) {
    this.exit = once(child, 'close');
    child.stdout!.on('data', (chunk) => (this.output += String(chunk)));
    child.stderr!.on('data', (chunk) => (this.errors += String(chunk)));
  }

  /** With nothing of this process's environment but the path. */
  static run(
    args: readonly string[],
    variables: Record<string, string>,
  ): ImportProcess {
    return new ImportProcess(
      spawn(process.execPath, [IMPORT, ...args], {
        env: { PATH: process.env.PATH, ...variables },
        // Not here: a developer's .env is none of the test's business.
        cwd: tmpdir(),
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async ended(): Promise<ImportResult> {
    const [code] = await this.exit;
    const counts = this.output.matchAll(
      /^(rows|created|duplicate|ignored|refused) +([\d,]+)/gm,
    );
    return {
      code: code as number | null,
      counts: Object.fromEntries(
        [...counts].map(([, name, text]) => [
          name,
          Number(text.replaceAll(',', '')),
        ]),
      ),
      output: this.output,
      // Without the lines of progress.
      errors: this.errors.replaceAll(/^[=-]{40}.*\n|^\n/gm, ''),
    };
  }
}
