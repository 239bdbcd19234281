import { resolve } from 'node:path';
import { COMPILE_CACHE } from './compile-cache';
import { ServerProcess } from './server-process';

/** The built service as a process of its own, as `npm start` runs it. */
export class Service extends ServerProcess {
  constructor(
    variables: Readonly<Record<string, string>>,
    { detached = false } = {},
  ) {
    super('service', resolve('dist/src/main.js'), {
      variables: { ...COMPILE_CACHE, ...variables },
      detached,
    });
  }

  /** Sends SIGINT to the service and its process group, as a terminal does. */
  pressCtrlC(): void {
    if (this.child.exitCode === null) process.kill(-this.pid, 'SIGINT');
  }

  /** The URL of the `curl` line that a first start prints. */
  get exampleUrl(): string | undefined {
    return /curl '(\S+)'/.exec(this.stdout)?.[1];
  }

  get adminToken(): string | undefined {
    return /Admin token +(\S+)/.exec(this.stdout)?.[1];
  }
}
