import type { LeasedJob, LeaseStore } from '../src';

export interface StoredJob extends LeasedJob {
  /** Which claim it was leased by. */
  readonly claim: number;
}

interface Row {
  claim: number;
  until: number;
  ended: boolean;
}

/** A table of jobs and its clock; the job `A1` is of the owner A, made at 1. */
export class FakeStore implements LeaseStore<StoredJob> {
  now = 0;
  /** Whether it is away. */
  fails = false;
  readonly rows = new Map<string, Row>();
  private claims = 0;

  constructor(ids: readonly string[]) {
    for (const id of ids) this.free(id);
  }

  /** Makes a job that nobody holds. */
  free(id: string): void {
    this.rows.set(id, { claim: 0, until: 0, ended: false });
  }

  /** Makes a job that its maker holds. */
  insert(id: string, leaseMs: number): StoredJob {
    const claim = ++this.claims;
    this.rows.set(id, { claim, until: this.now + leaseMs, ended: false });
    return toJob(id, claim);
  }

  async claim(limit: number, leaseMs: number): Promise<StoredJob[]> {
    this.throwIfAway();
    const claim = ++this.claims;
    const ids = this.freeIds().slice(0, limit);
    for (const id of ids) {
      Object.assign(this.rows.get(id)!, { claim, until: this.now + leaseMs });
    }
    return ids.map((id) => toJob(id, claim));
  }

  async renew(
    jobs: readonly StoredJob[],
    leaseMs: number,
  ): Promise<Set<string>> {
    this.throwIfAway();
    const own = jobs.filter((job) => this.isLeased(job));
    for (const { id } of own) this.rows.get(id)!.until = this.now + leaseMs;
    return new Set(own.map(({ id }) => id));
  }

  async release(jobs: readonly StoredJob[]): Promise<void> {
    this.throwIfAway();
    for (const job of jobs) {
      if (this.isLeased(job)) this.free(job.id);
    }
  }

  /** What the work on a job does at its end; not, when it is another's by now. */
  finish(job: StoredJob): void {
    if (this.isLeased(job)) this.cancel(job.id);
  }

  cancel(id: string): void {
    this.rows.get(id)!.ended = true;
  }

  /** Another instance holds it from now on. */
  steal(id: string): void {
    this.rows.get(id)!.claim = ++this.claims;
  }

  freeIds(): string[] {
    return [...this.rows]
      .filter(([, { ended, until }]) => !ended && until <= this.now)
      .map(([id]) => id);
  }

  private isLeased({ id, claim }: StoredJob): boolean {
    const row = this.rows.get(id)!;
    return !row.ended && row.claim === claim;
  }

  private throwIfAway(): void {
    if (this.fails) throw new Error('The store is away');
  }
}

const toJob = (id: string, claim: number): StoredJob => ({
  id,
  owner: id[0],
  createdAt: new Date(Number(id.slice(1))),
  claim,
});
