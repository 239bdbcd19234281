import { ProblemException } from '../problems/problem.exception';

const MIB = 1024 * 1024;

/** All in bytes. */
interface BudgetLimits {
  /** Held by all owners together. */
  readonly total: number;
  /** Held by one owner. */
  readonly share: number;
  /** An owner that holds no more than this is not refused for what the others hold. */
  readonly assured: number;
}

/**
 * Limits the memory of request bodies, for all owners together and for each. The bound for all is
 * `total` plus `assured` for each owner.
 */
export class BodyBudget {
  private readonly shares = new Map<string, number>();
  private total = 0;

  constructor(private readonly limits: BudgetLimits) {}

  /** Bytes that are held now, by all owners or by one. */
  held(owner?: string): number {
    return owner === undefined ? this.total : (this.shares.get(owner) ?? 0);
  }

  hold(owner: string): Hold {
    return new Hold(this, owner);
  }

  /** Throws `overloaded` when the bytes do not fit; nothing is reserved then. */
  reserve(owner: string, bytes: number): void {
    const share = this.held(owner) + bytes;
    const { limits } = this;
    const isFull =
      share > limits.share ||
      (this.total + bytes > limits.total && share > limits.assured);
    if (isFull) throw overBudget();
    this.shares.set(owner, share);
    this.total += bytes;
  }

  release(owner: string, bytes: number): void {
    const share = this.held(owner) - bytes;
    if (share > 0) this.shares.set(owner, share);
    else this.shares.delete(owner);
    this.total -= bytes;
  }
}

/** What one request holds of the budget. */
export class Hold {
  private bytes = 0;

  constructor(
    private readonly budget: BodyBudget,
    private readonly owner: string,
  ) {}

  /** Throws `overloaded` when the bytes do not fit. */
  grow(bytes: number): void {
    this.budget.reserve(this.owner, bytes);
    this.bytes += bytes;
  }

  shrink(bytes: number): void {
    this.budget.release(this.owner, bytes);
    this.bytes -= bytes;
  }

  release(): void {
    this.shrink(this.bytes);
  }
}

/** Of this process, whose memory it is. */
export const BODY_BUDGET = new BodyBudget({
  total: 64 * MIB,
  share: 16 * MIB,
  assured: MIB / 4,
});

function overBudget(): ProblemException {
  return new ProblemException('overloaded', {
    detail:
      'Too many large bodies are being received. Send this one again after the seconds in Retry-After.',
    headers: { Connection: 'close' },
  });
}
