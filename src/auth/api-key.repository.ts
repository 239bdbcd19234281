import { randomUUIDv7 } from 'node:crypto';
import { EntityManager, type FilterQuery } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import type { Scope } from '../access/caller';
import { DatabaseClock } from '../database/database-clock';
import { findPage } from '../paging/find-page';
import type { Page, PageRequest } from '../paging/page';
import { ProjectSchema } from '../projects/project.entity';
import { generateApiKey, hashSecret } from './api-key';
import { type ApiKey, ApiKeySchema } from './api-key.entity';

export interface NewApiKey {
  readonly label: string;
  /** `ingest` by default. */
  readonly scopes?: readonly Scope[] | null;
  readonly expires_at?: Date | null;
  readonly allowed_addresses?: readonly string[] | null;
  readonly refuse_with?: 200 | null;
}

/** The stored API keys. */
@Injectable()
export class ApiKeyRepository {
  constructor(
    private readonly em: EntityManager,
    private readonly clock: DatabaseClock,
  ) {}

  /**
   * Stores a new key, which is generated unless given. Returns it in plain text, which is not stored. `em`: of the transaction
   * that the key is part of.
   */
  async create(
    projectId: number,
    { label, scopes, expires_at, allowed_addresses, refuse_with }: NewApiKey,
    { key = generateApiKey(), em = this.em.fork() } = {},
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

  /** A page of the keys of a project, oldest first. Throws `InvalidCursorError`. */
  list(projectId: number, page: PageRequest): Promise<Page<ApiKey>> {
    return findPage(
      this.em.fork(),
      ApiKeySchema,
      {
        where: { project: projectId },
        sortBy: { key_id: 'uuid' },
        direction: 'asc',
      },
      page,
    );
  }

  /** Revokes a key for ever. Returns false if the project has no such key. Revoking it again changes nothing. */
  async revoke(projectId: number, keyId: string): Promise<boolean> {
    const em = this.em.fork();
    const which: FilterQuery<ApiKey> = { key_id: keyId, project: projectId };
    await em.nativeUpdate(
      ApiKeySchema,
      { ...which, revoked_at: null },
      { revoked_at: this.clock.now() },
    );
    return (await em.count(ApiKeySchema, which)) > 0;
  }
}
