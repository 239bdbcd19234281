import { DeadlineExceededError, QueueFullError } from './errors';
import { FairQueue, type Waiting } from './fair-queue';

/** How much may wait, and who may have how much; every number is an integer of 1 or more, and has no limit by default. */
export interface TurnsOptions {
  /** Work of one owner that goes on at once. */
  readonly maxPerOwner?: number;
  /** Work that waits, of all owners. */
  readonly maxWaiting?: number;
  /** Work of one owner that waits. */
  readonly maxWaitingPerOwner?: number;
}

interface Waiter extends Waiting {
  readonly begin: () => void;
  readonly reject: (error: Error) => void;
}

/** Milliseconds; Node.js fires a longer timer at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Limits how much work goes on at once; more of it waits, and its owners take turns. */
export class Turns {
  private readonly waiting = new FairQueue<Waiter>();
  private readonly running = new Map<unknown, number>();
  private readonly options: Required<TurnsOptions>;
  private free: number;

  /** `atOnce`: 1 or more. */
  constructor(atOnce: number, options: TurnsOptions = {}) {
    this.free = atOnce;
    this.options = {
      maxPerOwner: Infinity,
      maxWaiting: Infinity,
      maxWaitingPerOwner: Infinity,
      ...options,
    };
  }

  /**
   * Does the work of an owner when it has a turn. Rejects with `DeadlineExceededError` when the work could not begin within
   * `patience` milliseconds, and with `QueueFullError` when too much waits: when the queue is full, the owner with the most
   * waiting work loses its newest.
   */
  async take<T>(
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
      // Work with more patience waits without a timer.
      if (patience > LONGEST_TIMER) return;
      timer = setTimeout(() => {
        this.waiting.remove(waiter);
        reject(new DeadlineExceededError());
      }, patience);
    });
  }

  /** For one more of this owner. Throws `QueueFullError` when this owner is the one to give way. */
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
