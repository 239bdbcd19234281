import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { hashSecret } from '../auth/api-key';
import { ApiKeySchema } from '../auth/api-key.entity';
import { AdminTokenService } from '../auth/admin-token.service';
import { ApiKeyRepository } from '../auth/api-key.repository';
import { Env } from '../config/env';
import { DatabaseClock } from '../database/database-clock';
import { ProjectSchema } from '../projects/project.entity';

/** Credentials that this start created, in plain text. They cannot be read again. */
export interface NewCredentials {
  readonly apiKey?: string;
  readonly adminToken?: string;
}

/** The key of an advisory lock; any number that no other lock in the database uses. */
const LOCK = 7_021_901;

/** Creates the first project with an API key, and the administrator token, in an empty database. */
@Injectable()
export class FirstStartService {
  constructor(
    private readonly em: EntityManager,
    private readonly apiKeys: ApiKeyRepository,
    private readonly adminToken: AdminTokenService,
    private readonly clock: DatabaseClock,
    private readonly env: Env,
  ) {}

  /**
   * Creates what is missing. Any number of instances may start at once. Calls `save` with the new credentials before they
   * are committed: if it rejects, nothing is created.
   */
  ensure(
    save: (created: NewCredentials) => Promise<void>,
  ): Promise<NewCredentials> {
    return this.em.fork().transactional(async (em) => {
      await em.execute('select pg_advisory_xact_lock(?)', [LOCK]);
      const created = {
        apiKey: await this.ensureKey(em),
        adminToken: await this.adminToken.ensure(em),
      };
      if (created.apiKey ?? created.adminToken) await save(created);
      return created;
    });
  }

  /** BOOTSTRAP_API_KEY always belongs to the first project, even if it was set after the first start. */
  private async ensureKey(em: EntityManager): Promise<string | undefined> {
    const first = await em.findOne(
      ProjectSchema,
      { project_id: { $ne: null } },
      { orderBy: { project_id: 'asc' } },
    );
    const given = this.env.BOOTSTRAP_API_KEY;
    if (first) {
      const isMissing =
        given !== undefined &&
        (await em.count(ApiKeySchema, { hash: hashSecret(given) })) === 0;
      if (isMissing) {
        const { project_id } = first;
        await this.apiKeys.create(project_id, BOOTSTRAP, { key: given, em });
      }
      return undefined;
    }
    const project = em.create(ProjectSchema, {
      name: 'First project',
      dedupe_without_id: true,
      rate_limit: null,
      created_at: this.clock.now(),
    });
    await em.persist(project).flush();
    const { key } = await this.apiKeys.create(
      project.project_id,
      given ? BOOTSTRAP : { label: 'First key' },
      { key: given, em },
    );
    return given ? undefined : key;
  }
}

const BOOTSTRAP = { label: 'BOOTSTRAP_API_KEY' };
