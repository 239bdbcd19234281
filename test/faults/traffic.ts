import { setTimeout } from 'node:timers/promises';
import { Pool } from 'undici';
import { type Answer, anInstall, send } from './exchange';
import type { Ledger } from './ledger';
import { Broken } from './verdict';

const CONNECTIONS = 32;
/** Milliseconds that a sender waits before it repeats. */
const PAUSE = 20;
/** Milliseconds after which a sender gives up an answer: longer than any may take, so that one that does is seen. */
const PATIENCE = 10_000;
/** Milliseconds without any acknowledgement after which nothing is to be hoped for. */
const HOPELESS = 60_000;

export interface TrafficOptions {
  readonly apiKey: string;
  /** Begins each id; a run's ids are its own. */
  readonly prefix: string;
}

/**
 * Senders that behave like trackers: each sends an install, and the same again until it is answered with 200. Every
 * other one goes by POST.
 */
export class Traffic {
  readonly answers: Omit<Answer, 'text'>[] = [];
  private readonly pools: Pool[];
  private senders: Promise<unknown> = Promise.resolve();
  private stopped = false;
  private sent = 0;

  constructor(
    origins: readonly string[],
    private readonly ledger: Ledger,
    private readonly options: TrafficOptions,
  ) {
    this.pools = origins.map(
      (origin) =>
        new Pool(origin, {
          connections: CONNECTIONS,
          headersTimeout: PATIENCE,
          bodyTimeout: PATIENCE,
        }),
    );
  }

  start(): this {
    this.senders = Promise.all(
      Array.from({ length: CONNECTIONS }, () => this.work()),
    );
    return this;
  }

  /** Ends when all that is on its way has an answer. */
  async stop(): Promise<void> {
    if (this.stopped) return;
    this.stopped = true;
    await this.senders;
    await Promise.all(this.pools.map((pool) => pool.destroy()));
  }

  /** Resolves when so many more have been acknowledged; throws when none are for a minute. */
  async acknowledge(count: number): Promise<void> {
    const { acknowledged } = this.ledger;
    const goal = acknowledged.size + count;
    let size = acknowledged.size;
    let since = performance.now();
    while (acknowledged.size < goal) {
      await setTimeout(10);
      if (acknowledged.size > size) {
        size = acknowledged.size;
        since = performance.now();
      } else if (performance.now() - since > HOPELESS) {
        throw new Broken(
          `Nothing was acknowledged for a minute: ${JSON.stringify(this.statuses)}`,
        );
      }
    }
  }

  /** Answers by status; 0 for none. */
  get statuses(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { status } of this.answers) {
      counts[status] = (counts[status] ?? 0) + 1;
    }
    return counts;
  }

  /** Milliseconds of the slowest answer. */
  get slowest(): number {
    return this.answers.reduce(
      (most, { status, took }) => (status > 0 ? Math.max(most, took) : most),
      0,
    );
  }

  /** Resolves with the milliseconds from a moment of performance.now() to the first 200 after it. */
  async successAfter(moment: number): Promise<number> {
    for (;;) {
      const found = this.answers.find(
        ({ at, status }) => at >= moment && status === 200,
      );
      if (found) return found.at - moment;
      if (performance.now() - moment > HOPELESS) {
        throw new Broken('No 200 within a minute');
      }
      await setTimeout(5);
    }
  }

  private async work(): Promise<void> {
    while (!this.stopped) {
      const number = this.sent++;
      const id = `${this.options.prefix}-${number}`;
      for (let attempt = number; ; attempt++) {
        const { text: _, ...answer } = await send(
          this.pools[attempt % this.pools.length],
          this.options.apiKey,
          anInstall(id),
          number % 2 === 0 ? 'GET' : 'POST',
        );
        this.answers.push(answer);
        if (answer.status === 200) {
          this.ledger.write(id);
          break;
        }
        if (this.stopped) return;
        await setTimeout(PAUSE);
      }
    }
  }
}
