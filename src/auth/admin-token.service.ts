import { timingSafeEqual } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Env } from '../config/env';
import { AdminTokenSchema } from './admin-token.entity';
import { generateAdminToken, hashSecret } from './api-key';

/** Knows the administrator's token: the environment's, or else the one that the first start made. */
@Injectable()
export class AdminTokenService {
  private hash?: Uint8Array;

  constructor(env: Env) {
    this.hash =
      env.ADMIN_TOKEN === undefined ? undefined : hashSecret(env.ADMIN_TOKEN);
  }

  matches(token: string): boolean {
    return (
      this.hash !== undefined && timingSafeEqual(hashSecret(token), this.hash)
    );
  }

  /**
   * Learns the token at the start: where the environment gives none it is the one in the
   * database, made here if there is none yet, and then answered, once.
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
      created_at: new Date(),
    });
    return token;
  }
}
