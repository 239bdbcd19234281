/** An entry of a {@link FairQueue}. */
export interface Waiting {
  /** Compared in the same way as the keys of a `Map`. */
  readonly owner: unknown;
  /** In any unit; 0 or more. */
  readonly weight: number;
}

interface Share<Entry> {
  /** Oldest first. */
  readonly entries: Entry[];
  weight: number;
}

/** A queue for several owners: the entries of each owner leave in their order, and the owners take turns. */
export class FairQueue<Entry extends Waiting> {
  /** In the order of turns: the first owner is next, and moves to the end when one of its entries leaves. */
  private readonly shares = new Map<unknown, Share<Entry>>();
  private count = 0;
  private total = 0;

  /** Number of entries. */
  get length(): number {
    return this.count;
  }

  /** Total weight of the entries. */
  get weight(): number {
    return this.total;
  }

  /** Number of entries of one owner. */
  lengthOf(owner: unknown): number {
    return this.shares.get(owner)?.entries.length ?? 0;
  }

  /** Total weight of the entries of one owner. */
  weightOf(owner: unknown): number {
    return this.shares.get(owner)?.weight ?? 0;
  }

  push(entry: Entry): void {
    const { owner, weight } = entry;
    const share = this.shares.get(owner);
    if (share) {
      share.entries.push(entry);
      share.weight += weight;
    } else {
      this.shares.set(owner, { entries: [entry], weight });
    }
    this.count++;
    this.total += weight;
  }

  /**
   * Removes and returns the next entry: the oldest one of the first owner whose oldest entry `accepts` accepts. Owners whose
   * entry is not accepted keep their turn.
   */
  take(accepts: (entry: Entry) => boolean = () => true): Entry | undefined {
    for (const [owner, { entries }] of this.shares) {
      const [entry] = entries;
      if (!accepts(entry)) continue;
      this.forget(entry, 0);
      this.passTurn(owner);
      return entry;
    }
    return undefined;
  }

  /** Removes and returns the newest entry of an owner. */
  takeNewest(owner: unknown): Entry | undefined {
    const entry = this.shares.get(owner)?.entries.at(-1);
    if (entry) this.forget(entry, this.lengthOf(owner) - 1);
    return entry;
  }

  /** Removes an entry. Returns false if it is not in the queue. */
  remove(entry: Entry): boolean {
    const at = this.shares.get(entry.owner)?.entries.indexOf(entry) ?? -1;
    if (at >= 0) this.forget(entry, at);
    return at >= 0;
  }

  /** The owner with the most entries, or with the most weight; undefined if the queue is empty. */
  largestOwner(by: 'length' | 'weight'): unknown {
    let largest: unknown;
    let most = -1;
    for (const [owner, { entries, weight }] of this.shares) {
      const held = by === 'length' ? entries.length : weight;
      if (held > most) {
        most = held;
        largest = owner;
      }
    }
    return largest;
  }

  private forget({ owner, weight }: Entry, at: number): void {
    const share = this.shares.get(owner)!;
    if (at === 0) share.entries.shift();
    else share.entries.splice(at, 1);
    share.weight -= weight;
    this.count--;
    this.total -= weight;
    if (share.entries.length === 0) this.shares.delete(owner);
  }

  private passTurn(owner: unknown): void {
    const share = this.shares.get(owner);
    if (!share || this.shares.size === 1) return;
    this.shares.delete(owner);
    this.shares.set(owner, share);
  }
}
