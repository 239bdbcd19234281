import { DeadlineExceededError, QueueFullError } from './errors';
import { FairQueue, type Waiting } from './fair-queue';

/** Every number is an integer of 1 or more; the default is no limit. */
export interface FairSemaphoreOptions {
  /** Maximum number of running pieces of work of one owner. */
  readonly maxPerOwner?: number;
  /** Maximum number of waiting pieces of work of all owners. */
  readonly maxWaiting?: number;
  /** Maximum number of waiting pieces of work of one owner. */
  readonly maxWaitingPerOwner?: number;
}

interface Waiter extends Waiting {
  readonly begin: () => void;
  readonly reject: (error: Error) => void;
}

/** Milliseconds; Node.js fires a longer timer immediately. */
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * A semaphore that several owners share: limits how many pieces of work run at once. More of them wait, and their owners take
 * turns.
 *
 * Not `async-mutex` or `p-queue`, because these have one queue in the order of arrival or priority. There, one owner with many
 * pieces of work delays all others. This class limits what one owner runs and queues, and rejects the owner with the most.
 */
export class FairSemaphore {
  private readonly waiting = new FairQueue<Waiter>();
  private readonly running = new Map<unknown, number>();
  private readonly options: Required<FairSemaphoreOptions>;
  private free: number;

  /** `maxRunning`: pieces of work of all owners that run at once; 1 or more. */
  constructor(maxRunning: number, options: FairSemaphoreOptions = {}) {
    this.free = maxRunning;
    this.options = {
      maxPerOwner: Infinity,
      maxWaiting: Infinity,
      maxWaitingPerOwner: Infinity,
      ...options,
    };
  }

  /**
   * Runs the work when its owner has a turn. Rejects with the error of the work, with `DeadlineExceededError` if the work could
   * not begin within `patience` milliseconds, and with `QueueFullError` if too much waits. If the queue is full, the owner
   * with the most waiting work loses its newest piece.
   */
  async run<T>(
    owner: unknown,
    patience: number,
    work: () => Promise<T>,
  ): Promise<T> {
    await this.begin(owner, patience);
    try {
      return await work();
    } finally {
      this.end(owner);
    }
  }

  private async begin(owner: unknown, patience: number): Promise<void> {
    if (this.mayBegin(owner)) {
      this.count(owner, 1);
      return;
    }
    if (patience <= 0) throw new DeadlineExceededError();
    this.makeRoom(owner);
    await this.wait(owner, patience);
  }

  private wait(owner: unknown, patience: number): Promise<void> {
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      const waiter: Waiter = {
        owner,
        weight: 1,
        begin: () => {
          clearTimeout(timer);
          resolve();
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
      this.waiting.push(waiter);
      // A longer wait needs no timer.
      if (patience > LONGEST_TIMER) return;
      timer = setTimeout(() => {
        this.waiting.remove(waiter);
        reject(new DeadlineExceededError());
      }, patience);
    });
  }

  /** Makes room for one more piece of this owner. Throws `QueueFullError` if this owner has the most already. */
  private makeRoom(owner: unknown): void {
    const { maxWaiting, maxWaitingPerOwner } = this.options;
    const own = this.waiting.lengthOf(owner);
    if (own >= maxWaitingPerOwner) throw new QueueFullError();
    if (this.waiting.length < maxWaiting) return;
    const largest = this.waiting.largestOwner('length');
    if (this.waiting.lengthOf(largest) <= own + 1) throw new QueueFullError();
    this.waiting.takeNewest(largest)!.reject(new QueueFullError());
  }

  private mayBegin(owner: unknown): boolean {
    const running = this.running.get(owner) ?? 0;
    return this.free > 0 && running < this.options.maxPerOwner;
  }

  private count(owner: unknown, change: 1 | -1): void {
    const running = (this.running.get(owner) ?? 0) + change;
    if (running > 0) this.running.set(owner, running);
    else this.running.delete(owner);
    this.free -= change;
  }

  private end(owner: unknown): void {
    this.count(owner, -1);
    const next = this.waiting.take((waiter) => this.mayBegin(waiter.owner));
    if (!next) return;
    this.count(next.owner, 1);
    next.begin();
  }
}
