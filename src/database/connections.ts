import { EntityManager } from '@mikro-orm/postgresql';

/**
 * The `EntityManager` whose connections only postbacks use: to look up keys, store installs, log rejections and write
 * counts. The default `EntityManager` uses the other connections; its users take turns at the {@link DatabaseGate}.
 */
export abstract class PostbackEntityManager extends EntityManager {}

/** How an instance divides its connections; `total` is 2 or more. */
export function divideConnections(total: number) {
  const shared = Math.max(1, Math.floor((total * 3) / 10));
  return { postbacks: total - shared, shared };
}
