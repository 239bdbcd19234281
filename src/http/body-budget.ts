import { ProblemException } from '../problems/problem.exception';

const MIB = 1024 * 1024;

/** All in bytes. */
interface BudgetLimits {
  /** Limit for all owners together. */
  readonly total: number;
  /** Limit for one owner. */
  readonly share: number;
  /** An owner that holds no more than this is never rejected because of other owners. */
  readonly assured: number;
}

/**
 * Limits the memory of request bodies, per owner and in total. At most `total` bytes plus `assured` bytes
 * for each owner are held.
 */
export class BodyBudget {
  private readonly shares = new Map<string, number>();
  private total = 0;

  constructor(private readonly limits: BudgetLimits) {}

  /** Bytes held now, by all owners or by one owner. */
  held(owner?: string): number {
    return owner === undefined ? this.total : (this.shares.get(owner) ?? 0);
  }

  hold(owner: string): Hold {
    return new Hold(this, owner);
  }

  /** Reserves bytes. Throws `overloaded`, and reserves nothing, if they do not fit. */
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

/** The part of the budget that one request holds. */
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

/** One for the process, because its requests share one memory. */
export const BODY_BUDGET = new BodyBudget({
  total: 64 * MIB,
  share: 16 * MIB,
  assured: MIB / 4,
});

function overBudget(): ProblemException {
  return new ProblemException('overloaded', {
    detail:
      'Too many large bodies are being received. Send the request again after the seconds in Retry-After.',
    headers: { Connection: 'close' },
  });
}
