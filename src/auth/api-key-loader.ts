import { Batcher } from '@app/batching';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable, Logger } from '@nestjs/common';
import { PostbackEntityManager } from '../database/connections';
import { DatabaseClock } from '../database/database-clock';
import { BACKGROUND_PATIENCE, DatabaseGate } from '../database/database-gate';
import { type ApiKey, ApiKeySchema } from './api-key.entity';
import type { ApiKeyCaller } from '../access/caller';

/** Milliseconds. `last_used_at` has this precision, so that a busy key does not rewrite its row on each request. */
const USED_PRECISION = 60_000;

/**
 * Loads keys from the database, in groups. Anyone can invent well-formed keys, and an unseen valid key looks the same. So every
 * such key is looked up, but keys that arrive together share one query.
 */
@Injectable()
export class ApiKeyLoader {
  private readonly logger = new Logger(ApiKeyLoader.name);
  private readonly batcher = new Batcher<string, ApiKeyCaller | undefined>({
    run: (digests) => this.loadAll(digests),
    maxBatchSize: 500,
    // Bounds the connections that guessed keys can use. Two, so that one slow query does not block all others.
    maxInFlight: 2,
    maxWaiting: 10_000,
    deadlineMs: 500,
    isItemFault: () => false,
    isTransient: () => false,
    maxRetries: 0,
  });

  constructor(
    private readonly postbacks: PostbackEntityManager,
    private readonly em: EntityManager,
    private readonly gate: DatabaseGate,
    private readonly clock: DatabaseClock,
  ) {}

  /** The caller of the key with this digest; undefined if it is unknown or revoked. */
  load(digest: string): Promise<ApiKeyCaller | undefined> {
    return this.batcher.submit(digest);
  }

  private async loadAll(
    digests: readonly string[],
  ): Promise<(ApiKeyCaller | undefined)[]> {
    const hashes = [...new Set(digests)].map((digest) =>
      Buffer.from(digest, 'latin1'),
    );
    const apiKeys = await this.postbacks
      .fork()
      .find(
        ApiKeySchema,
        { hash: { $in: hashes }, revoked_at: null },
        { populate: ['project'] },
      );
    this.markUsed(apiKeys);
    const callers = new Map(
      apiKeys.map((apiKey) => [
        Buffer.from(apiKey.hash).toString('latin1'),
        toCaller(apiKey),
      ]),
    );
    return digests.map((digest) => callers.get(digest));
  }

  private markUsed(apiKeys: readonly ApiKey[]): void {
    const now = this.clock.now();
    const keyIds = apiKeys
      .filter((apiKey) => isToBeMarked(apiKey, now))
      .map(({ key_id }) => key_id);
    if (keyIds.length === 0) return;
    const mark = () =>
      this.em
        .fork()
        .nativeUpdate(
          ApiKeySchema,
          { key_id: { $in: keyIds } },
          { last_used_at: now },
        );
    // Not awaited, so that no request waits or fails because of it.
    void this.gate
      .run('marking keys as used', mark, BACKGROUND_PATIENCE)
      .catch(() => this.logger.warn('Could not mark keys as used'));
  }
}

function isToBeMarked(
  { last_used_at, expires_at }: ApiKey,
  now: Date,
): boolean {
  const isMarked =
    last_used_at && now.getTime() - last_used_at.getTime() < USED_PRECISION;
  // An expired key is rejected, so it was not used.
  return !isMarked && !(expires_at && expires_at <= now);
}

function toCaller(apiKey: ApiKey): ApiKeyCaller {
  const { project } = apiKey;
  return {
    keyId: apiKey.key_id,
    projectId: project.project_id,
    scopes: apiKey.scopes,
    allowedAddresses: apiKey.allowed_addresses ?? null,
    expiresAt: apiKey.expires_at ?? null,
    refuseWith: apiKey.refuse_with ?? project.refuse_with ?? null,
    rateLimit: project.rate_limit ?? null,
    dedupeWithoutId: project.dedupe_without_id,
  };
}
