import type { LeasedJob } from './lease-store';

/** A waiting job and its time of arrival, counted in arrivals and ends of turns. */
interface Waiting {
  readonly job: LeasedJob;
  readonly arrival: number;
}

type Owner = LeasedJob['owner'];

/**
 * Decides which owner is next: the one with the fewest running jobs. Of several, the one that has waited longest since the end
 * of its last turn or since the arrival of its job. So a new owner waits for at most one turn of each other owner.
 */
export class FairTurns {
  private readonly running = new Map<Owner, number>();
  private readonly lastTurn = new Map<Owner, number>();
  private count = 0;

  /** Returns the number of a new arrival; the numbers grow. */
  arrive(): number {
    return ++this.count;
  }

  /** The oldest job of the owner that is next. */
  next<Entry extends Waiting>(waiting: Iterable<Entry>): Entry | undefined {
    const oldest = new Map<Owner, Entry>();
    for (const entry of waiting) {
      const other = oldest.get(entry.job.owner);
      if (!other || isOlder(entry, other)) oldest.set(entry.job.owner, entry);
    }
    // Forget the owners without jobs.
    for (const owner of this.lastTurn.keys()) {
      if (!oldest.has(owner) && !this.running.has(owner)) {
        this.lastTurn.delete(owner);
      }
    }
    let next: Entry | undefined;
    for (const entry of oldest.values()) {
      if (!next || this.isBefore(entry, next)) next = entry;
    }
    return next;
  }

  begin({ owner }: LeasedJob): void {
    this.running.set(owner, (this.running.get(owner) ?? 0) + 1);
  }

  end({ owner }: LeasedJob): void {
    const left = this.running.get(owner)! - 1;
    if (left > 0) this.running.set(owner, left);
    else this.running.delete(owner);
    this.lastTurn.set(owner, ++this.count);
  }

  private isBefore(one: Waiting, other: Waiting): boolean {
    const difference = this.runningOf(one) - this.runningOf(other);
    return difference === 0
      ? this.waitsSince(one) < this.waitsSince(other)
      : difference < 0;
  }

  private runningOf({ job }: Waiting): number {
    return this.running.get(job.owner) ?? 0;
  }

  private waitsSince({ job, arrival }: Waiting): number {
    return Math.max(arrival, this.lastTurn.get(job.owner) ?? 0);
  }
}

function isOlder(one: Waiting, other: Waiting): boolean {
  const difference =
    one.job.createdAt.getTime() - other.job.createdAt.getTime();
  return difference === 0 ? one.arrival < other.arrival : difference < 0;
}
