import { Injectable } from '@nestjs/common';
import { BACKGROUND_PATIENCE, DatabaseGate } from '../database/database-gate';

/**
 * The turns of all replays at the database. They have one owner together, so however many there are, requests of the
 * management API get a turn, also in the project that is replayed.
 */
@Injectable()
export class ReplayTurns {
  constructor(private readonly gate: DatabaseGate) {}

  /** `work` must not take a turn itself. Rejects with `GateFullError` when there is none for a long time. */
  take<T>(work: () => Promise<T>, patience = BACKGROUND_PATIENCE): Promise<T> {
    return this.gate.run('replays', work, patience);
  }
}
