import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { findPage } from '../paging/find-page';
import type { InstallFields } from '../fields/install-fields';
import type { Page, PageRequest } from '../paging/page';
import { addCounts, COUNTED_COLUMNS } from '../stats/add-counts-sql';
import { type Install, InstallSchema } from './install.entity';

/**
 * One JSON parameter carries all rows: that costs a third of what the query builder needs for a
 * row, has no limit on rows, and cannot be mistaken for SQL. A statement with a name is parsed and
 * planned once for each connection, which is nearly half of the work for a lone install; the ORM
 * names none, so this one goes to its driver.
 */
const INSERT_NEW = {
  name: 'insert new installs',
  text: `
    with sent as (
      select * from json_populate_recordset(null::install, $1::json)
    ), remark as (
      select distinct * from json_to_recordset($2::json) as remark (install_id uuid, kind text, code text)
    ), inserted as (
      insert into install
      select * from sent
      on conflict do nothing
      returning install_id, ${COUNTED_COLUMNS}
    ), outcome as (
      select ${COUNTED_COLUMNS}, 'created' as kind, '' as code, 1 as count
      from inserted
      union all
      select ${COUNTED_COLUMNS}, kind, code, 1
      from inserted join remark using (install_id)
      union all
      select ${COUNTED_COLUMNS}, 'duplicate', '', 1
      from sent
      where install_id not in (select install_id from inserted)
        and install_id not in (select install_id from remark where kind = 'replayed')
    ), counted as (${addCounts('table outcome')})
    select install_id from inserted`,
};

/** An install to insert, with what else to count if it is new. */
export interface NewInstall {
  readonly install: Install;
  /** The codes of its warnings, each once. */
  readonly warnings?: readonly string[];
  /** Whether it was refused when it arrived; then it counts as no duplicate either. */
  readonly isReplay?: boolean;
}

/** Which installs a list contains: those with all of these values. */
export interface InstallFilter extends Partial<InstallFields> {
  /** Received at this time or later. */
  readonly from?: Date;
  /** Received before this time. */
  readonly to?: Date;
  readonly tracker?: string;
}

@Injectable()
export class InstallRepository {
  constructor(private readonly em: EntityManager) {}

  /**
   * Inserts what is new and counts all, in one statement and one commit, and returns the `install_id`s that
   * it inserted; the unique indexes decide. Of two equal ones the first is inserted.
   */
  async insertNew(sent: readonly NewInstall[]): Promise<Set<string>> {
    const rows = sent
      .map(({ install }) => install)
      .toSorted(byUniqueKey)
      .map(toRow);
    const pool = await this.em.getConnection().getNativeClient();
    const client = await pool.connect();
    try {
      const { rows: inserted } = await client.query<
        Pick<Install, 'install_id'>
      >({
        ...INSERT_NEW,
        values: [JSON.stringify(rows), JSON.stringify(sent.flatMap(remarksOn))],
      });
      return new Set(inserted.map(({ install_id }) => install_id));
    } finally {
      client.release();
    }
  }

  /** The installs that the unique indexes hold in place of these, in no order. */
  findFirsts(installs: readonly Install[]): Promise<Install[]> {
    return this.em.fork().find(InstallSchema, {
      $or: installs.map(({ project_id, tracker, id, fingerprint }) => ({
        project_id,
        tracker,
        ...(id === undefined ? { fingerprint } : { id }),
      })),
    });
  }

  /** The installs that hold these `install_id`s, in no order. */
  findSame(installs: readonly Install[]): Promise<Install[]> {
    return this.em.fork().find(InstallSchema, {
      $or: installs.map(({ project_id, install_id }) => ({
        project_id,
        install_id,
      })),
    });
  }

  /** The install that the unique indexes hold in place of this one, if there is one. */
  async findFirst(install: Install): Promise<Install | undefined> {
    // In neither of the indexes: it is never a repeat.
    if (install.id === undefined && install.fingerprint === undefined) {
      return undefined;
    }
    const [first] = await this.findFirsts([install]);
    return first;
  }

  /** A page of the installs of a project that match the filter, newest first. Throws `InvalidCursorError`. */
  list(
    projectId: number,
    { from, to, ...equal }: InstallFilter,
    page: PageRequest,
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
      page,
    );
  }

  /** Null if the project has no such install. */
  find(projectId: number, installId: string): Promise<Install | null> {
    return this.em
      .fork()
      .findOne(InstallSchema, { project_id: projectId, install_id: installId });
  }
}

function remarksOn({ install, warnings = [], isReplay }: NewInstall) {
  const { install_id } = install;
  return [
    ...warnings.map((code) => ({ install_id, kind: 'warning', code })),
    ...(isReplay ? [{ install_id, kind: 'replayed', code: '' }] : []),
  ];
}

/** JSON.stringify takes ten times as long for an object that holds a Date. */
function toRow(install: Install) {
  return {
    ...install,
    received_at: install.received_at.toISOString(),
    install_timestamp: install.install_timestamp.toISOString(),
    click_timestamp: install.click_timestamp.toISOString(),
  };
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
