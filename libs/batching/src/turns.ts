import { DeadlineExceededError } from './errors';

/** Lets so much work go on at once; more of it waits, and is begun in the order in which it came. */
export class Turns {
  private readonly waiting = new Set<() => void>();

  /** `free`: 1 or more. */
  constructor(private free: number) {}

  /** Does the work. Rejects with `DeadlineExceededError` when it could not be begun in so many milliseconds. */
  async take<T>(patience: number, work: () => Promise<T>): Promise<T> {
    await this.begin(patience);
    try {
      return await work();
    } finally {
      this.end();
    }
  }

  private begin(patience: number): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.free > 0) {
        this.free--;
        resolve();
        return;
      }
      const begin = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.waiting.delete(begin);
        reject(new DeadlineExceededError());
      }, patience);
      this.waiting.add(begin);
    });
  }

  /** The turn goes to the one that has waited longest, or is free. */
  private end(): void {
    const [next] = this.waiting;
    if (next) {
      this.waiting.delete(next);
      next();
    } else {
      this.free++;
    }
  }
}
