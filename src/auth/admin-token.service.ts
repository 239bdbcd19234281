import { timingSafeEqual } from 'node:crypto';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Env } from '../config/env';
import { AdminTokenSchema } from './admin-token.entity';
import { generateAdminToken, hashSecret } from './api-key';

/** Knows the administrator's token: the environment's, or else the one that the first start made. */
@Injectable()
export class AdminTokenService {
  private hash?: Uint8Array;

  constructor(
    private readonly em: EntityManager,
    env: Env,
  ) {
    this.hash =
      env.ADMIN_TOKEN === undefined ? undefined : hashSecret(env.ADMIN_TOKEN);
  }

  async matches(token: string): Promise<boolean> {
    this.hash ??= await this.load();
    return timingSafeEqual(hashSecret(token), this.hash);
  }

  /** Makes the token where the environment gives none and there is none yet; answers it, once. */
  async ensure(em: EntityManager): Promise<string | undefined> {
    if (this.hash || (await em.count(AdminTokenSchema)) > 0) return undefined;
    const token = generateAdminToken();
    await em.insert(AdminTokenSchema, {
      hash: hashSecret(token),
      created_at: new Date(),
    });
    return token;
  }

  private async load(): Promise<Uint8Array> {
    const [token] = await this.em
      .fork()
      .findAll(AdminTokenSchema, { limit: 1 });
    return token.hash;
  }
}
