/** The part of a job that this library uses. Keep your type small, because an instance holds many jobs. */
export interface LeasedJob {
  /** Unique among all jobs of the store. */
  readonly id: string;
  /** The owner that takes turns with others, such as a project. */
  readonly owner: string | number;
  readonly createdAt: Date;
}

/**
 * The store of the jobs. Each method is one conditional statement with its own timeout, and rejects if the store is not
 * available. The store uses its own clock to decide which leases have expired.
 */
export interface LeaseStore<Job extends LeasedJob> {
  /**
   * Leases up to `limit` free jobs for `leaseMs`: unfinished ones that were released, or whose lease has expired. Of several
   * instances that claim a job, one gets it. `limit` is 1 or more.
   */
  claim(limit: number, leaseMs: number): Promise<readonly Job[]>;
  /** Extends the leases of unfinished jobs. Returns the ids of those that this claim still leases. */
  renew(jobs: readonly Job[], leaseMs: number): Promise<ReadonlySet<string>>;
  /** Frees jobs that this claim still leases. */
  release(jobs: readonly Job[]): Promise<void>;
}
