import { timingSafeEqual } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Env } from '../config/env';
import { DatabaseClock } from '../database/database-clock';
import { AdminTokenSchema } from './admin-token.entity';
import { generateAdminToken, hashSecret } from './api-key';

/** The administrator token: the one from the environment, or else the one that the first start created. */
@Injectable()
export class AdminTokenService {
  private hash?: Uint8Array;

  constructor(
    private readonly clock: DatabaseClock,
    env: Env,
  ) {
    this.hash =
      env.ADMIN_TOKEN === undefined ? undefined : hashSecret(env.ADMIN_TOKEN);
  }

  matches(token: string): boolean {
    return (
      this.hash !== undefined && timingSafeEqual(hashSecret(token), this.hash)
    );
  }

  /**
   * Loads the token at the start. If neither the environment nor the database has one, creates it and returns it in plain text,
   * this once.
   */
  async ensure(em: EntityManager): Promise<string | undefined> {
    if (this.hash) return undefined;
    const [known] = await em.findAll(AdminTokenSchema, { limit: 1 });
    if (known) {
      this.hash = known.hash;
      return undefined;
    }
    const token = generateAdminToken();
    this.hash = hashSecret(token);
    await em.insert(AdminTokenSchema, {
      hash: hashSecret(token),
      created_at: this.clock.now(),
    });
    return token;
  }
}
