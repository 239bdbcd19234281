import { Batcher } from '@app/batching';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { isDatabaseUnavailable } from '../database/database-unavailable';
import { causeOf } from '../database/cause-of';
import {
  type CountedPostback,
  PostbackCounter,
} from '../stats/postback-counter';
import type { Rejection } from './rejection.entity';
import { RejectionRepository } from './rejection.repository';

/** Milliseconds. */
const WARN_EVERY = 10_000;

const KIB = 1024;

/**
 * Keeps what was refused, away from good postbacks: in groups, one at a time, on one connection. Keys share the places, and
 * take turns. What finds no place, or comes to a database that stays away, is counted as not kept.
 */
@Injectable()
export class RejectionLog implements OnApplicationShutdown {
  private readonly logger = new Logger(RejectionLog.name);
  private warnedAt = -Infinity;
  private readonly batcher: Batcher<Rejection, string>;

  constructor(
    private readonly repository: RejectionRepository,
    private readonly postbackCounter: PostbackCounter,
  ) {
    this.batcher = new Batcher({
      run: (rejections) => this.commit(rejections),
      // A noisy key loses its own, and nothing of another key.
      ownerOf: ({ key_id }) => key_id,
      weightOf,
      maxBatchSize: 50,
      // Writing more of them as JSON at once would stop the event loop for too long.
      maxBatchWeight: 256 * KIB,
      maxInFlight: 1,
      maxWaiting: 1_000,
      maxWaitingWeight: 16 * 1024 * KIB,
      // So long a database may be away.
      deadlineMs: 10_000,
      isItemFault: (error) =>
        error instanceof Error &&
        'code' in error &&
        /^(22|23|54)...$/.test(String(error.code)),
      isTransient: isDatabaseUnavailable,
      maxRetries: 8,
      backoffMs: 50,
    });
  }

  /** Resolves after the COMMIT to the name that it is kept by. Rejects with the errors of the batcher and of the database. */
  async keep(rejection: Rejection): Promise<string> {
    try {
      return await this.batcher.submit(rejection);
    } catch (error) {
      this.countLost(rejection, error);
      throw error;
    }
  }

  /** The server has closed, and the connections are about to. */
  async onApplicationShutdown(): Promise<void> {
    await this.batcher.drain();
    await this.postbackCounter.flush();
  }

  private async commit(rejections: readonly Rejection[]): Promise<string[]> {
    const merged = new Map<string, Rejection>();
    for (const each of rejections) {
      const same = merged.get(nameOf(each));
      merged.set(nameOf(each), same ? merge(same, each) : each);
    }
    const kept = await this.repository.keep(
      [...merged.values()],
      rejections.flatMap(countedOf),
    );
    const ids = new Map(kept.map((each) => [nameOf(each), each.rejection_id]));
    return rejections.map((each) => ids.get(nameOf(each))!);
  }

  private countLost(rejection: Rejection, error: unknown): void {
    const counted = countedOf(rejection);
    for (const each of counted) this.postbackCounter.add(each);
    this.postbackCounter.add({ ...counted[0], kind: 'unlogged' });
    if (performance.now() - this.warnedAt < WARN_EVERY) return;
    this.warnedAt = performance.now();
    this.logger.warn({
      msg: 'A refused postback could not be kept; stats count them as unlogged',
      ...causeOf(error),
    });
  }
}

/** Bytes, about: of the request, and what else there is of each. */
function weightOf({ path, query, body, errors }: Rejection): number {
  const request = path.length + query.length + (body?.length ?? 0);
  return request + KIB + errors.length * 256;
}

/** What one project calls the same request. */
function nameOf({
  project_id,
  fingerprint,
}: Pick<Rejection, 'project_id' | 'fingerprint'>): string {
  return `${project_id} ${fingerprint}`;
}

function merge(first: Rejection, again: Rejection): Rejection {
  return {
    ...first,
    count: first.count + again.count,
    last_seen_at: again.last_seen_at,
  };
}

/** The refusal, and each kind of fault that it was for. */
function countedOf(
  rejection: Rejection,
): [CountedPostback, ...CountedPostback[]] {
  const refused: CountedPostback = {
    project_id: rejection.project_id,
    received_at: rejection.last_seen_at,
    tracker: rejection.tracker,
    kind: 'refused',
    code: '',
  };
  const codes = new Set(rejection.errors.map(({ code }) => code));
  return [
    refused,
    ...[...codes].map((code): CountedPostback => ({
      ...refused,
      kind: 'fault',
      code,
    })),
  ];
}
