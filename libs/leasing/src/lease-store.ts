/** A job as far as this library knows it; keep it small, since many are held. */
export interface LeasedJob {
  /** Unique among all jobs of the store. */
  readonly id: string;
  /** Whose turn it takes, such as a project. */
  readonly owner: string | number;
  readonly createdAt: Date;
}

/**
 * Where jobs are kept. Each method is one conditional statement, ends by itself, and rejects when the store is away.
 * The store decides by its own clock what is over.
 */
export interface LeaseStore<Job extends LeasedJob> {
  /**
   * Leases up to `limit` free jobs for `leaseMs`: unfinished ones that were released, or whose lease is over. Of several
   * instances that claim a job, one gets it. `limit` is 1 or more.
   */
  claim(limit: number, leaseMs: number): Promise<readonly Job[]>;
  /** Extends the leases of unfinished jobs. Returns the ids of those that were still leased by this claim. */
  renew(jobs: readonly Job[], leaseMs: number): Promise<ReadonlySet<string>>;
  /** Frees jobs that are still leased by this claim. */
  release(jobs: readonly Job[]): Promise<void>;
}
