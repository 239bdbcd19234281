import { LeaseLostError, StoppedError } from './errors';
import { FairTurns } from './fair-turns';
import type { LeasedJob, LeaseStore } from './lease-store';

export interface LeasingOptions<Job extends LeasedJob> {
  readonly store: LeaseStore<Job>;
  /**
   * Works on a job. Resolves when the job has ended; the work has marked it as ended in the store by then. Rejects if the job
   * should be retried later, here or on another instance. Must end soon after `signal` aborts.
   */
  readonly run: (job: Job, signal: AbortSignal) => Promise<void>;
  /** Milliseconds until a lease expires without renewal. */
  readonly leaseMs: number;
  /** Milliseconds between two polls of the store; each poll renews and claims. At most a third of `leaseMs`. */
  readonly lookEveryMs: number;
  /** Maximum number of jobs that run at once in this instance; 1 or more. */
  readonly maxRunning: number;
  /** Maximum number of jobs that this instance holds, running and waiting; at least `maxRunning`. The others stay in the store. */
  readonly maxHeld: number;
  /** Called with an error of the store, or with an error of the work on a job, which is retried. */
  readonly onError: (error: unknown, job?: Job) => void;
  /** A monotonic clock in milliseconds. */
  readonly now?: () => number;
  /** Calls `work` every `ms` milliseconds. Returns a function that stops it. */
  readonly repeat?: (ms: number, work: () => void) => () => void;
}

interface Held<Job> {
  readonly job: Job;
  readonly arrival: number;
  readonly controller: AbortController;
  /** The time when the last statement that extended the lease was sent. */
  leasedAt: number;
}

/**
 * Holds jobs of a store for this instance and runs some of them.
 *
 * A job is held from `claim` or `add` until it ends, is released, or is lost. A poll renews all held jobs in one statement and
 * claims free ones. A job is lost if the store does not renew it, or if its lease would expire before the next poll. Then its
 * work is aborted while the lease is still valid, so that no other instance works on it at the same time.
 */
export class Leasing<Job extends LeasedJob> {
  private readonly options: Required<LeasingOptions<Job>>;
  private readonly held = new Map<string, Held<Job>>();
  private readonly turns = new FairTurns();
  /** The running work by the id of its job. A lost job stays here until its work has ended. */
  private readonly runs = new Map<string, Promise<void>>();
  private readonly stopping = new AbortController();
  private polling: Promise<void> | undefined;
  private endRepeat = () => {};

  constructor(options: LeasingOptions<Job>) {
    const {
      now = () => performance.now(),
      repeat = every,
      ...required
    } = options;
    this.options = { now, repeat, ...required };
    const { leaseMs, lookEveryMs, maxRunning, maxHeld } = this.options;
    if (!(lookEveryMs > 0 && lookEveryMs <= leaseMs / 3)) {
      throw new RangeError('lookEveryMs must be at most a third of leaseMs');
    }
    if (!(maxRunning >= 1 && maxHeld >= maxRunning)) {
      throw new RangeError('maxHeld must be maxRunning or more, from 1 on');
    }
  }

  /** Number of held jobs that wait for a turn. */
  get waiting(): number {
    return this.waitingJobs().length;
  }

  /** Number of jobs that run in this instance. */
  get running(): number {
    return this.runs.size;
  }

  /** Number of jobs that could begin immediately; above 0 no job waits. */
  get freeTurns(): number {
    return this.options.maxRunning - this.runs.size;
  }

  /** Polls the store now, and then regularly. */
  start(): void {
    this.endRepeat = this.options.repeat(this.options.lookEveryMs, () =>
      this.poll(),
    );
    this.poll();
  }

  /**
   * Holds a new job, which was stored with a lease of this instance. Returns whether it runs immediately. If this instance
   * already holds `maxHeld` jobs, it does nothing: an instance claims the job when its lease has expired.
   */
  add(job: Job): boolean {
    this.hold([job], this.options.now());
    this.begin();
    return this.runs.has(job.id);
  }

  /** Aborts all running work, waits for its end, and releases all held jobs. Holds no jobs after that. */
  async stop(): Promise<void> {
    this.endRepeat();
    this.stopping.abort(new StoppedError());
    await Promise.all([this.polling, ...this.runs.values()]);
    await this.release([...this.held.values()]);
  }

  private poll(): void {
    const { leaseMs, lookEveryMs, onError } = this.options;
    if (this.polling) {
      // The store is slow: the previous poll is still running.
      this.dropUnsafe(lookEveryMs);
      return;
    }
    // After a pause of the process, a lease may have expired.
    this.dropUnsafe(0);
    this.polling = this.renew(leaseMs)
      .then(() => this.claim(leaseMs))
      .catch((error: unknown) => onError(error))
      .finally(() => {
        this.polling = undefined;
        this.dropUnsafe(lookEveryMs);
        this.begin();
      });
  }

  private async renew(leaseMs: number): Promise<void> {
    const { store, now } = this.options;
    const all = [...this.held.values()];
    if (all.length === 0) return;
    const sentAt = now();
    const renewed = await store.renew(
      all.map(({ job }) => job),
      leaseMs,
    );
    for (const held of all) {
      if (renewed.has(held.job.id)) held.leasedAt = sentAt;
      else this.drop(held);
    }
  }

  private async claim(leaseMs: number): Promise<void> {
    const { store, now, maxHeld } = this.options;
    const room = maxHeld - this.held.size;
    if (room < 1 || this.stopping.signal.aborted) return;
    const sentAt = now();
    this.hold(await store.claim(room, leaseMs), sentAt);
  }

  private hold(jobs: readonly Job[], leasedAt: number): void {
    for (const job of jobs) {
      if (this.held.size >= this.options.maxHeld) return;
      const earlier = this.held.get(job.id);
      if (earlier) this.drop(earlier);
      const arrival = this.turns.arrive();
      const controller = new AbortController();
      this.held.set(job.id, { job, arrival, controller, leasedAt });
    }
  }

  /** Starts jobs while there are free turns. */
  private begin(): void {
    const { maxRunning } = this.options;
    while (this.runs.size < maxRunning && !this.stopping.signal.aborted) {
      const next = this.turns.next(this.waitingJobs());
      if (!next) return;
      this.turns.begin(next.job);
      this.runs.set(next.job.id, this.run(next));
    }
  }

  /** A job that was lost and claimed again waits until its first run has ended. */
  private waitingJobs(): Held<Job>[] {
    return [...this.held.values()].filter(({ job }) => !this.runs.has(job.id));
  }

  private async run(held: Held<Job>): Promise<void> {
    const { job, controller } = held;
    const signal = AbortSignal.any([controller.signal, this.stopping.signal]);
    try {
      await this.options.run(job, signal);
      this.forget(held);
    } catch (error) {
      // A lost job belongs to another instance. `stop` releases the jobs that it aborts.
      if (!signal.aborted) {
        this.options.onError(error, job);
        await this.release([held]);
      }
    } finally {
      this.turns.end(job);
      this.runs.delete(job.id);
      this.begin();
    }
  }

  /** If the store is not available, the leases expire soon. */
  private async release(all: readonly Held<Job>[]): Promise<void> {
    for (const held of all) this.forget(held);
    if (all.length === 0) return;
    await this.options.store
      .release(all.map(({ job }) => job))
      .catch((error: unknown) => this.options.onError(error));
  }

  /** Drops the jobs whose leases expire within so many milliseconds. */
  private dropUnsafe(within: number): void {
    const { now, leaseMs } = this.options;
    const oldest = now() + within - leaseMs;
    for (const held of this.held.values()) {
      if (held.leasedAt <= oldest) this.drop(held);
    }
  }

  private drop(held: Held<Job>): void {
    if (this.forget(held)) held.controller.abort(new LeaseLostError());
  }

  private forget(held: Held<Job>): boolean {
    return this.held.get(held.job.id) === held && this.held.delete(held.job.id);
  }
}

function every(ms: number, work: () => void): () => void {
  const timer = setInterval(work, ms).unref();
  return () => clearInterval(timer);
}
