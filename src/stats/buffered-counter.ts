/** Milliseconds. */
const WRITE_EVERY = 1_000;

/** Adds up counts by key in memory, and writes them once a second. */
export class BufferedCounter<Key extends object> {
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

  /** Different keys in the buffer. */
  get size(): number {
    return this.counts.size;
  }

  add(key: Key, count = 1): void {
    const id = JSON.stringify(key);
    const known = this.counts.get(id);
    if (known) known.count += count;
    else this.counts.set(id, { ...key, count });
  }

  /** Writes the buffer; what cannot be written stays in it for the next time. */
  flush(): Promise<void> {
    return (this.writing = this.writing.then(() => this.writeNow()));
  }

  /** Writes the buffer a last time. */
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
