import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { hashSecret } from '../auth/api-key';
import { ApiKeySchema } from '../auth/api-key.entity';
import { AdminTokenService } from '../auth/admin-token.service';
import { ApiKeyRepository } from '../auth/api-key.repository';
import { Env } from '../config/env';
import { DatabaseClock } from '../database/database-clock';
import { ProjectSchema } from '../projects/project.entity';

/** Secrets that a start has made, in plain text; each is seen this once. */
export interface NewSecrets {
  readonly apiKey?: string;
  readonly adminToken?: string;
}

/** Any number, as long as nothing else in the database uses it for an advisory lock. */
const LOCK = 7_021_901;

/** Gives an empty database its first project, with a key, and an administrator. */
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
   * Makes what is missing; any number of instances may start at once. `keep` gets the new
   * secrets before they are committed: what it fails to keep is not made.
   */
  ensure(keep: (secrets: NewSecrets) => Promise<void>): Promise<NewSecrets> {
    return this.em.fork().transactional(async (em) => {
      await em.execute('select pg_advisory_xact_lock(?)', [LOCK]);
      const secrets = {
        apiKey: await this.ensureKey(em),
        adminToken: await this.adminToken.ensure(em),
      };
      if (secrets.apiKey ?? secrets.adminToken) await keep(secrets);
      return secrets;
    });
  }

  /** A key from the environment is always the first project's, also when it was set later. */
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
