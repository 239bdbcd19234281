import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Env } from '../config/env';
import { digestOf, hashSecret, isWellFormedApiKey } from './api-key';
import { ApiKeyChanges } from './api-key-changes';
import { ApiKeyLoader } from './api-key-loader';
import type { ApiKeyCaller } from '../access/caller';

/** Milliseconds. */
const KNOWN_FOR = 60_000;
/** While changes may go unnoticed, and for unknown keys: a new key must work within 1 s, and a revoked key be rejected within 2 s. */
const UNSURE_FOR = 900;
/** Of each kind. */
const REMEMBERED = 10_000;

/** Recognises valid API keys, and caches what it has looked up. */
@Injectable()
export class ApiKeyService {
  private readonly known = new LRUCache<string, ApiKeyCaller>({
    max: REMEMBERED,
  });
  /** Separate, so that invented keys do not push out valid ones. */
  private readonly unknown = new LRUCache<string, true>({
    max: REMEMBERED,
    ttl: UNSURE_FOR,
  });
  /** Grows with every change: what was loaded before a change is not cached after it. */
  private generation = 0;
  private readonly bootstrapHash?: Buffer;

  constructor(
    private readonly loader: ApiKeyLoader,
    private readonly changes: ApiKeyChanges,
    env: Env,
  ) {
    this.bootstrapHash =
      env.BOOTSTRAP_API_KEY === undefined
        ? undefined
        : hashSecret(env.BOOTSTRAP_API_KEY);
    changes.onChange(() => {
      this.generation++;
      this.known.clear();
      this.unknown.clear();
    });
  }

  /** The caller of a valid key; undefined for any other key, without a query if it is malformed. */
  async authenticate(
    key: string,
    now: Date,
  ): Promise<ApiKeyCaller | undefined> {
    const caller = await this.lookUp(key);
    return caller && (caller.expiresAt === null || caller.expiresAt > now)
      ? caller
      : undefined;
  }

  private async lookUp(key: string): Promise<ApiKeyCaller | undefined> {
    const digest = digestOf(key);
    const known = this.known.get(digest);
    if (known || this.unknown.has(digest)) return known;
    if (!isWellFormedApiKey(key) && !this.isBootstrapKey(digest)) {
      return undefined;
    }
    const { generation } = this;
    const caller = await this.loader.load(digest);
    if (generation === this.generation) this.remember(digest, caller);
    return caller;
  }

  private remember(digest: string, caller: ApiKeyCaller | undefined): void {
    if (caller) {
      const ttl = this.changes.listening ? KNOWN_FOR : UNSURE_FOR;
      this.known.set(digest, caller, { ttl });
    } else {
      this.unknown.set(digest, true);
    }
  }

  private isBootstrapKey(digest: string): boolean {
    return (
      this.bootstrapHash !== undefined &&
      timingSafeEqual(Buffer.from(digest, 'latin1'), this.bootstrapHash)
    );
  }
}
