import type {
  RejectionDetailDto,
  RejectionDto,
} from '../../src/rejections/dto/rejection.dto';
import type { StatsDto } from '../../src/stats/dto/stats.dto';
import type { TestApp } from './app';
import {
  call,
  eventually,
  everyItem,
  makeKey,
  makeProject,
} from './management';

/** A project of its own, with a key. */
export interface Tenant {
  readonly projectId: number;
  readonly path: string;
  readonly key: string;
  readonly keyId: string;
}

export async function makeTenant(
  app: TestApp,
  changes: object = {},
  keyOptions: object = {},
): Promise<Tenant> {
  const projectId = await makeProject(app, changes);
  const { key, key_id } = await makeKey(app, keyOptions, projectId);
  return { projectId, path: `/v1/projects/${projectId}`, key, keyId: key_id };
}

/** The rejections of a tenant, once the log has kept `count` requests. */
export async function rejectionsOf(
  app: TestApp,
  { path }: Tenant,
  requests: number,
  query: Record<string, string> = {},
): Promise<RejectionDto[]> {
  return eventually(
    5_000,
    () => everyItem<RejectionDto>(app, `${path}/rejections`, query),
    (all) => all.reduce((sum, { count }) => sum + count, 0) === requests,
  );
}

/** The only rejection of a tenant, with its request. */
export async function theRejection(
  app: TestApp,
  tenant: Tenant,
  requests = 1,
): Promise<RejectionDetailDto> {
  const all = await rejectionsOf(app, tenant, requests);
  expect(all).toHaveLength(1);
  return readRejection(app, tenant, all[0].rejection_id);
}

export async function readRejection(
  app: TestApp,
  { path }: Tenant,
  rejectionId: string,
): Promise<RejectionDetailDto> {
  const { body } = await call(
    app,
    'get',
    `${path}/rejections/${rejectionId}`,
  ).expect(200);
  return body as RejectionDetailDto;
}

export async function statsOf(
  app: TestApp,
  { path }: Tenant,
  query: Record<string, string> = {},
): Promise<StatsDto> {
  const { body } = await call(app, 'get', `${path}/stats`)
    .query(query)
    .expect(200);
  return body as StatsDto;
}
