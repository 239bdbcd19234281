import { Logger } from '@nestjs/common';
import { causeOf } from './cause-of';

interface BackgroundTaskOptions {
  readonly run: (signal: AbortSignal) => Promise<void>;
  /** Milliseconds from one run to the next. */
  readonly every: number;
  /** Logged when a run fails; the next run is not affected. */
  readonly failed: string;
}

/** Work that runs periodically, one run at a time. */
export class BackgroundTask {
  private readonly logger = new Logger(BackgroundTask.name);
  private readonly stopping = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private running?: Promise<void>;

  constructor(private readonly options: BackgroundTaskOptions) {
    this.timer = setInterval(() => this.runNow(), options.every).unref();
  }

  /** Does nothing during a run. */
  runNow(): void {
    if (this.stopping.signal.aborted) return;
    this.running ??= this.options
      .run(this.stopping.signal)
      .catch((error: unknown) =>
        this.logger.warn({ msg: this.options.failed, ...causeOf(error) }),
      )
      .finally(() => (this.running = undefined));
  }

  /** Aborts the current run, and resolves when it has ended. */
  async stop(): Promise<void> {
    this.stopping.abort();
    clearInterval(this.timer);
    await this.running;
  }
}
