import { FairSemaphore } from '@app/batching';

/** Pieces of work that may wait for a turn: of one owner, and of all owners. */
const MAX_WAITING_PER_OWNER = 16;
const MAX_WAITING = 64;
/** Milliseconds that a request waits for its turn. */
const PATIENCE = 1_000;
/** Milliseconds that background work waits for its turn; no client waits for it. */
export const BACKGROUND_PATIENCE = 30_000;

/** The work got no turn in time, and did not begin. */
export class GateFullError extends Error {
  override readonly message =
    'The share of database connections for this reader is in use';
}

/**
 * Shares the connections that postbacks do not use. There are as many turns as connections, so each piece of work may use one
 * connection at a time. One owner gets at most all turns but one, and owners alternate.
 *
 * Work must not take a second turn while it has one: it could wait for itself forever.
 */
export class DatabaseGate {
  private readonly semaphore: FairSemaphore;

  /** `connections`: 1 or more. */
  constructor(connections: number) {
    this.semaphore = new FairSemaphore(connections, {
      maxPerOwner: Math.max(1, connections - 1),
      maxWaitingPerOwner: MAX_WAITING_PER_OWNER,
      maxWaiting: MAX_WAITING,
    });
  }

  /**
   * Runs the work when its owner, a project or a background task, has a turn. Rejects with {@link GateFullError} if it gets
   * none within `patience` milliseconds.
   */
  async run<T>(
    owner: number | string,
    work: () => Promise<T>,
    patience = PATIENCE,
  ): Promise<T> {
    let begun = false;
    try {
      return await this.semaphore.run(String(owner), patience, () => {
        begun = true;
        return work();
      });
    } catch (error) {
      if (begun) throw error;
      throw new GateFullError();
    }
  }
}
