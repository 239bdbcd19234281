import { randomUUIDv7, timingSafeEqual } from 'node:crypto';
import { EntityManager, type FilterQuery } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Env } from '../config/env';
import { DatabaseClock } from '../database/database-clock';
import { ProjectSchema } from '../projects/project.entity';
import {
  digestOf,
  generateApiKey,
  hashSecret,
  isWellFormedApiKey,
} from './api-key';
import { ApiKeyChanges } from './api-key-changes';
import { ApiKeyLoader } from './api-key-loader';
import { type ApiKey, ApiKeySchema } from './api-key.entity';
import type { ApiKeyCaller, Scope } from '../access/caller';

export interface NewApiKey {
  readonly label: string;
  readonly scopes?: readonly Scope[] | null;
  readonly expires_at?: Date | null;
  readonly allowed_addresses?: readonly string[] | null;
  readonly refuse_with?: 200 | null;
}

/** Milliseconds. */
const KNOWN_FOR = 60_000;
/** While changes may go unnoticed, and for keys that are unknown: a new key must work within 1 s, a revoked one be dead within 2 s. */
const UNSURE_FOR = 900;
/** Of each kind. */
const REMEMBERED = 10_000;

/** Makes, revokes and recognises keys. */
@Injectable()
export class ApiKeyService {
  private readonly known = new LRUCache<string, ApiKeyCaller>({
    max: REMEMBERED,
  });
  /** Apart, so that made-up keys do not push out good ones. */
  private readonly unknown = new LRUCache<string, true>({
    max: REMEMBERED,
    ttl: UNSURE_FOR,
  });
  /** Grows with every change: what was loaded before a change is not cached after it. */
  private generation = 0;
  private readonly bootstrapHash?: Buffer;

  constructor(
    private readonly em: EntityManager,
    private readonly loader: ApiKeyLoader,
    private readonly changes: ApiKeyChanges,
    private readonly clock: DatabaseClock,
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

  /** The caller that a good key stands for; undefined for any other key, without a query when it is malformed. */
  async authenticate(
    key: string,
    now: Date,
  ): Promise<ApiKeyCaller | undefined> {
    const caller = await this.lookUp(key);
    return caller && (caller.expiresAt === null || caller.expiresAt > now)
      ? caller
      : undefined;
  }

  /** Answers the plain key, which is kept nowhere. */
  async create(
    em: EntityManager,
    projectId: number,
    { label, scopes, expires_at, allowed_addresses, refuse_with }: NewApiKey,
    key = generateApiKey(),
  ): Promise<{ key: string; apiKey: ApiKey }> {
    const apiKey = em.create(ApiKeySchema, {
      key_id: randomUUIDv7(),
      project: em.getReference(ProjectSchema, projectId),
      label,
      hash: hashSecret(key),
      last_four: key.slice(-4),
      scopes: [...(scopes ?? ['ingest'])],
      allowed_addresses: allowed_addresses ? [...allowed_addresses] : null,
      refuse_with: refuse_with ?? null,
      expires_at: expires_at ?? null,
      created_at: this.clock.now(),
    });
    await em.persist(apiKey).flush();
    return { key, apiKey };
  }

  /** Revokes a key, for ever; false when the project has no such key. Revoking again changes nothing. */
  async revoke(projectId: number, keyId: string): Promise<boolean> {
    const em = this.em.fork();
    const which: FilterQuery<ApiKey> = {
      key_id: keyId,
      project: projectId,
    };
    await em.nativeUpdate(
      ApiKeySchema,
      { ...which, revoked_at: null },
      { revoked_at: this.clock.now() },
    );
    return (await em.count(ApiKeySchema, which)) > 0;
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
