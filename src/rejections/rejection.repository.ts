import { EntityManager, type FilterQuery, raw } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { PostbackEntityManager } from '../database/connections';
import { findPage } from '../paging/find-page';
import type { Page, PageRequest } from '../paging/page';
import { addCounts, countedInJson } from '../stats/add-counts-sql';
import type { CountedPostback } from '../stats/postback-counter';
import { ADD_TO_GROUPS, COUNTED } from './add-to-groups';
import { RejectionRetention } from './rejection-retention';
import {
  type Rejection,
  type RejectionFilter,
  RejectionSchema,
} from './rejection.entity';

const KEEP = `
  with sent as (
    select * from json_populate_recordset(null::rejection, ?::json)
  ), kept as (
    insert into rejection
    select * from sent
    order by project_id, fingerprint
    on conflict (project_id, fingerprint) do update set
      count = rejection.count + excluded.count,
      last_seen_at = greatest(rejection.last_seen_at, excluded.last_seen_at)
    returning rejection.fingerprint, ${COUNTED}
  ), changed as (
    select kept.*, sent.count as requests,
           -- A repeat has a greater count than was sent.
           case kept.count when sent.count then 1 else 0 end as rejections
    from kept join (select project_id, fingerprint, count from sent) sent using (project_id, fingerprint)
  ), grouped as (${ADD_TO_GROUPS}
  ), counted as (${addCounts(countedInJson('?'))})
  select project_id, fingerprint, rejection_id from kept`;

/** Locks in the order of `KEEP`, so that the two never wait for each other. */
const SETTLE = `
  with outcome as (
    select * from json_to_recordset(?::json) as outcome
      (project_id int, rejection_id uuid, state text, install_id uuid, replayed_at timestamptz, replay_errors jsonb)
  ), locked as (
    select rejection.project_id, rejection.rejection_id
    from rejection join outcome using (project_id, rejection_id)
    where rejection.state = 'open'
    order by rejection.project_id, rejection.fingerprint
    for update of rejection
  ), settled as (
    update rejection set
      state = outcome.state,
      install_id = outcome.install_id,
      replayed_at = outcome.replayed_at,
      replay_errors = outcome.replay_errors
    from locked join outcome using (project_id, rejection_id)
    where rejection.project_id = locked.project_id
      and rejection.rejection_id = locked.rejection_id
      and rejection.state = 'open'
    returning ${COUNTED}
  ), changed as (
    select project_id, rejection_id, tracker, code, errors, moved.state, first_seen_at, last_seen_at,
           moved.by * count as requests, moved.by as rejections
    from settled cross join lateral (values (settled.state, 1), ('open', -1)) moved (state, by)
    where settled.state <> 'open'
  ), grouped as (${ADD_TO_GROUPS})
  select rejection_id from settled`;

/** All but the request itself, which is large. */
const WITHOUT_REQUEST = [
  'project_id',
  'rejection_id',
  'key_id',
  'tracker',
  'first_seen_at',
  'last_seen_at',
  'count',
  'code',
  'errors',
  'state',
  'install_id',
  'replayed_at',
  'replay_errors',
] as const satisfies (keyof Rejection)[];

/** What a replay of a rejection has come to. */
export type Settlement = Pick<
  Rejection,
  | 'project_id'
  | 'rejection_id'
  | 'state'
  | 'install_id'
  | 'replayed_at'
  | 'replay_errors'
>;

type Kept = Pick<Rejection, 'project_id' | 'fingerprint' | 'rejection_id'>;

@Injectable()
export class RejectionRepository {
  constructor(
    private readonly em: EntityManager,
    private readonly postbacks: PostbackEntityManager,
    private readonly retention: RejectionRetention,
  ) {}

  /**
   * Keeps refused requests and counts them, in one statement and one commit; one that is there already is counted there.
   * Of each there is one here. Answers them by the names that they are kept by.
   */
  async keep(
    rejections: readonly Rejection[],
    counted: readonly CountedPostback[],
  ): Promise<Kept[]> {
    const kept = await this.postbacks
      .fork()
      .execute<Kept[]>(KEEP, [
        toJson(rejections),
        toJson(counted.map((each) => ({ ...each, count: 1 }))),
      ]);
    const sent = new Set(rejections.map(({ rejection_id }) => rejection_id));
    this.retention.noteStored(
      kept.filter(({ rejection_id }) => sent.has(rejection_id)).length,
    );
    return kept;
  }

  /** A page of a project's rejections, the one that came first most recently at the front; without the requests. */
  list(
    projectId: number,
    filter: RejectionFilter,
    page: PageRequest,
  ): Promise<Page<Rejection>> {
    return findPage(
      this.em.fork(),
      RejectionSchema,
      {
        where: whereOf(projectId, filter),
        sortBy: { first_seen_at: 'time', rejection_id: 'uuid' },
        direction: 'desc',
        fields: WITHOUT_REQUEST,
      },
      page,
    );
  }

  /** Null when the project has no such rejection. */
  find(projectId: number, rejectionId: string): Promise<Rejection | null> {
    return this.em.fork().findOne(RejectionSchema, {
      project_id: projectId,
      rejection_id: rejectionId,
    });
  }

  /** The open ones of these that were there at `until` and come behind `position`, the oldest first; whole. */
  findOpen(
    projectId: number,
    filter: RejectionFilter,
    until: Date,
    position: Position | null,
    limit: number,
  ): Promise<Rejection[]> {
    return this.em.fork().find(
      RejectionSchema,
      {
        $and: [
          whereOf(projectId, { ...filter, state: 'open' }),
          { first_seen_at: { $lte: until } },
          position ? isBehind(position) : {},
        ],
      },
      {
        orderBy: [{ first_seen_at: 'asc' }, { rejection_id: 'asc' }],
        limit,
      },
    );
  }

  /** How many of these are open. */
  countOpen(projectId: number, filter: RejectionFilter): Promise<number> {
    return this.em
      .fork()
      .count(RejectionSchema, whereOf(projectId, { ...filter, state: 'open' }));
  }

  /**
   * Marks rejections with the outcomes of their replays, in one statement and one commit. Returns the `rejection_id` of
   * those that were still open; another replay has settled the others. Of each rejection there is one here.
   */
  async settle(settlements: readonly Settlement[]): Promise<Set<string>> {
    const settled = await this.em
      .fork()
      .execute<Pick<Rejection, 'rejection_id'>[]>(SETTLE, [
        toJson(settlements),
      ]);
    return new Set(settled.map(({ rejection_id }) => rejection_id));
  }
}

/** Where somebody who walks through the rejections of a project has come to. */
type Position = Pick<Rejection, 'first_seen_at' | 'rejection_id'>;

function isBehind({
  first_seen_at,
  rejection_id,
}: Position): FilterQuery<Rejection> {
  return {
    $or: [
      { first_seen_at: { $gt: first_seen_at } },
      { first_seen_at, rejection_id: { $gt: rejection_id } },
    ],
  };
}

function whereOf(
  projectId: number,
  { tracker, code, field, from, to, state }: RejectionFilter,
): FilterQuery<Rejection> {
  const conditions: FilterQuery<Rejection>[] = [{ project_id: projectId }];
  if (tracker !== undefined) conditions.push({ tracker });
  if (state !== undefined) conditions.push({ state });
  if (from) conditions.push({ last_seen_at: { $gte: from } });
  if (to) conditions.push({ first_seen_at: { $lt: to } });
  if (field !== undefined) conditions.push(hasError({ field, code }));
  else if (code !== undefined) {
    conditions.push({ $or: [{ code }, hasError({ code })] });
  }
  return { $and: conditions };
}

function hasError(error: Partial<Rejection['errors'][number]>) {
  return {
    [raw((alias) => `${alias}.errors @> ?::jsonb`, [JSON.stringify([error])])]:
      [],
  } as FilterQuery<Rejection>;
}

/** PostgreSQL takes neither NUL nor lone surrogates in a text. */
function toJson(rows: readonly object[]): string {
  return JSON.stringify(rows, (_, value: unknown) =>
    typeof value === 'string'
      ? value.toWellFormed().replaceAll('\0', '\uFFFD')
      : value,
  );
}
