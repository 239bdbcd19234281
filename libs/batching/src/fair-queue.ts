/** What waits in a {@link FairQueue}. */
export interface Waiting {
  /** Who it belongs to; compared as the keys of a `Map` are. */
  readonly owner: unknown;
  /** What it takes of the room that all share, in a unit of the user's; 0 or more. */
  readonly weight: number;
}

interface Share<Entry> {
  /** The oldest first. */
  readonly entries: Entry[];
  weight: number;
}

/** A queue that several owners share: each owner's entries leave in their order, and the owners take turns. */
export class FairQueue<Entry extends Waiting> {
  /** An owner's place is its turn: the one in front is next, and goes to the end with each entry that leaves. */
  private readonly shares = new Map<unknown, Share<Entry>>();
  private count = 0;
  private total = 0;

  /** Entries that wait. */
  get length(): number {
    return this.count;
  }

  /** Their weights, added up. */
  get weight(): number {
    return this.total;
  }

  /** Entries of one owner. */
  lengthOf(owner: unknown): number {
    return this.shares.get(owner)?.entries.length ?? 0;
  }

  /** Weight of one owner's entries. */
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
   * Takes the next entry: the oldest one of the owner whose turn it is. Only the oldest entry of each owner is offered to
   * `accepts`; an owner whose entry is not accepted keeps its turn.
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

  /** Takes the newest entry of an owner. */
  takeNewest(owner: unknown): Entry | undefined {
    const entry = this.shares.get(owner)?.entries.at(-1);
    if (entry) this.forget(entry, this.lengthOf(owner) - 1);
    return entry;
  }

  /** Takes an entry out of turn; false when it does not wait here. */
  remove(entry: Entry): boolean {
    const at = this.shares.get(entry.owner)?.entries.indexOf(entry) ?? -1;
    if (at >= 0) this.forget(entry, at);
    return at >= 0;
  }

  /** The owner with the most entries, or with the most weight; undefined when nothing waits. */
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
