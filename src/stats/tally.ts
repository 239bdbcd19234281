/** Milliseconds that a count may wait to be written. */
const WRITE_EVERY = 1_000;

/** Adds up in memory what is counted beside any transaction, and writes it now and then. */
export class Tally<Key extends object> {
  private counts = new Map<string, Key & { count: number }>();
  private readonly timer: NodeJS.Timeout;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly write: (
      counts: readonly (Key & { count: number })[],
    ) => Promise<unknown>,
  ) {
    this.timer = setInterval(() => void this.flush(), WRITE_EVERY).unref();
  }

  /** Different keys that wait to be written. */
  get size(): number {
    return this.counts.size;
  }

  add(key: Key, count = 1): void {
    const name = JSON.stringify(key);
    const known = this.counts.get(name);
    if (known) known.count += count;
    else this.counts.set(name, { ...key, count });
  }

  /** What cannot be written now is kept for the next time. */
  flush(): Promise<void> {
    return (this.writing = this.writing.then(() => this.writeNow()));
  }

  /** Writes the last of it. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }

  private async writeNow(): Promise<void> {
    if (this.counts.size === 0) return;
    const counts = [...this.counts.values()];
    this.counts = new Map();
    try {
      await this.write(counts);
    } catch {
      for (const { count, ...key } of counts) {
        this.add(key as unknown as Key, count);
      }
    }
  }
}
