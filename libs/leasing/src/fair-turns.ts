import type { LeasedJob } from './lease-store';

/** A job that waits, and when it came, counted in arrivals and ends of turns. */
interface Waiting {
  readonly job: LeasedJob;
  readonly arrival: number;
}

type Owner = LeasedJob['owner'];

/**
 * Decides whose turn it is: the owner's with the fewest running jobs; of several the one's that has waited longest since
 * the end of its last turn, or since its job came. So a new owner waits for one turn of each other owner at most.
 */
export class FairTurns {
  private readonly running = new Map<Owner, number>();
  private readonly lastTurn = new Map<Owner, number>();
  private count = 0;

  /** The number of an arrival, which grows. */
  arrive(): number {
    return ++this.count;
  }

  /** The oldest job of the owner whose turn it is. */
  next<Entry extends Waiting>(waiting: Iterable<Entry>): Entry | undefined {
    const oldest = new Map<Owner, Entry>();
    for (const entry of waiting) {
      const other = oldest.get(entry.job.owner);
      if (!other || isOlder(entry, other)) oldest.set(entry.job.owner, entry);
    }
    // An owner without a job has nothing to remember.
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
