import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { findPage } from '../http/find-page';
import type { Page } from '../http/page.dto';
import type { ListInstallsDto } from './dto/list-installs.dto';
import { type Install, InstallSchema } from './install.entity';

@Injectable()
export class InstallRepository {
  constructor(private readonly em: EntityManager) {}

  /**
   * Inserts what is new, in one statement and one commit, and returns the `install_id`s that
   * it inserted; the unique indexes decide.
   */
  async insertNew(installs: readonly Install[]): Promise<Set<string>> {
    const inserted = await this.em
      .fork()
      .createQueryBuilder(InstallSchema)
      .insert(installs.toSorted(byUniqueKey))
      .onConflict()
      .ignore()
      .returning('install_id')
      .execute<Pick<Install, 'install_id'>[]>('all');
    return new Set(inserted.map(({ install_id }) => install_id));
  }

  /** The install that the unique indexes hold in place of this one. */
  findFirst({
    project_id,
    tracker,
    id,
    fingerprint,
  }: Install): Promise<Install> {
    return this.em.fork().findOneOrFail(InstallSchema, {
      project_id,
      tracker,
      ...(id === null ? { fingerprint } : { id }),
    });
  }

  /** A page of a project's installs, newest first. */
  list(
    projectId: number,
    { from, to, limit, cursor, ...equal }: ListInstallsDto,
  ): Promise<Page<Install>> {
    return findPage(
      this.em.fork(),
      InstallSchema,
      {
        where: {
          project_id: projectId,
          ...withoutUndefined(equal),
          ...((from || to) && {
            received_at: withoutUndefined({ $gte: from, $lt: to }),
          }),
        },
        sortBy: { received_at: 'time', install_id: 'uuid' },
        direction: 'desc',
      },
      { limit, cursor },
    );
  }

  /** Null when the project has no such install. */
  find(projectId: number, installId: string): Promise<Install | null> {
    return this.em
      .fork()
      .findOne(InstallSchema, { project_id: projectId, install_id: installId });
  }
}

/** Two batches that hold the same keys must lock them in the same order: unsorted they deadlock. */
function byUniqueKey(a: Install, b: Install): number {
  return (
    a.project_id - b.project_id ||
    compare(a.tracker, b.tracker) ||
    compare(a.id ?? '', b.id ?? '') ||
    compare(a.fingerprint ?? '', b.fingerprint ?? '')
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function withoutUndefined<T extends object>(object: T): T {
  return Object.fromEntries(
    Object.entries(object).filter(([, value]) => value !== undefined),
  ) as T;
}
