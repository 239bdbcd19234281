import { resolve } from 'node:path';
import { COMPILE_CACHE } from './compile-cache';
import { NodeProcess } from './node-process';

export interface ImportResult {
  /** The exit code, or the signal that ended the process. */
  readonly code: unknown;
  /** Numbers of the summary by their names. */
  readonly counts: Record<string, number>;
  readonly output: string;
  readonly errors: string;
}

/** The import as a process of its own, as `npm run import` runs it. */
export class ImportProcess extends NodeProcess {
  constructor(args: readonly string[], variables: Record<string, string>) {
    super(resolve('dist/src/commands/import.js'), {
      args,
      variables: { ...COMPILE_CACHE, ...variables },
    });
  }

  async result(): Promise<ImportResult> {
    const code = await this.closed();
    const counts = this.stdout.matchAll(
      /^(rows|created|duplicate|ignored|refused) +([\d,]+)/gm,
    );
    return {
      code,
      counts: Object.fromEntries(
        [...counts].map(([, name, text]) => [
          name,
          Number(text.replaceAll(',', '')),
        ]),
      ),
      output: this.stdout,
      // Without the progress bar.
      errors: this.stderr.replaceAll(/^[=-]{40}.*\n|^\n/gm, ''),
    };
  }
}
