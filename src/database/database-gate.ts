import { Turns } from '@app/batching';

/** Work of one owner that waits for a turn; of all owners. */
const MAX_WAITING_PER_OWNER = 16;
const MAX_WAITING = 64;
/** Milliseconds that a request waits for its turn. */
const PATIENCE = 1_000;
/** Milliseconds that background work waits for its turn: nobody waits for its answer. */
export const BACKGROUND_PATIENCE = 30_000;

/** The work got no turn, and did not begin. */
export class GateFullError extends Error {
  override readonly message =
    'The share of database connections for this reader is in use';
}

/**
 * Shares the connections that postbacks do not use. As many pieces of work go on at once as there are such connections, so
 * each piece may use one connection at a time. One owner has all but one of them at most, and owners take turns.
 *
 * Work must not take a second turn while it has one: it could wait for itself.
 */
export class DatabaseGate {
  private readonly turns: Turns;

  /** `connections`: 1 or more. */
  constructor(connections: number) {
    this.turns = new Turns(connections, {
      maxPerOwner: Math.max(1, connections - 1),
      maxWaitingPerOwner: MAX_WAITING_PER_OWNER,
      maxWaiting: MAX_WAITING,
    });
  }

  /**
   * Does the work when its owner, a project or a background task, has a turn. Rejects with {@link GateFullError} when it gets
   * none within `patience` milliseconds.
   */
  async run<T>(
    owner: number | string,
    work: () => Promise<T>,
    patience = PATIENCE,
  ): Promise<T> {
    let begun = false;
    try {
      return await this.turns.take(String(owner), patience, () => {
        begun = true;
        return work();
      });
    } catch (error) {
      if (begun) throw error;
      throw new GateFullError();
    }
  }
}
