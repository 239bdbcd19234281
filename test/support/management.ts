import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import request, { type Response, type Test } from 'supertest';
import type { TestApp } from './app';
import { CUSTOM } from './ingest';

/** A key as the management API answers it. */
export interface KeyAnswer {
  readonly key_id: string;
  readonly label: string;
  readonly last_four: string;
  readonly state: string;
  readonly scopes: string[];
  readonly allowed_addresses: string[] | null;
  readonly created_at: string;
  readonly expires_at: string | null;
  readonly revoked_at: string | null;
  readonly last_used_at: string | null;
}

export interface NewKey extends KeyAnswer {
  readonly key: string;
}

export interface PageAnswer<Item> {
  readonly data: Item[];
  readonly next_cursor: string | null;
}

/** A call of the management API with the administrator's token, or another one. */
export function call(
  { server, adminToken }: TestApp,
  method: 'get' | 'post' | 'patch' | 'delete',
  path: string,
  token = adminToken,
): Test {
  return request(server)[method](path).set('Authorization', `Bearer ${token}`);
}

/** A new project of its own for a test. */
export async function makeProject(
  app: TestApp,
  changes: object = {},
): Promise<number> {
  const { body } = await call(app, 'post', '/v1/projects')
    .send({ name: `Project ${randomUUID()}` })
    .expect(201);
  const { project_id } = body as { project_id: number };
  if (Object.keys(changes).length > 0) {
    await call(app, 'patch', `/v1/projects/${project_id}`)
      .send(changes)
      .expect(200);
  }
  return project_id;
}

/** A new key; of the first project unless another one is named. */
export async function makeKey(
  app: TestApp,
  options: object = {},
  projectId = 1,
): Promise<NewKey> {
  const { body } = await call(app, 'post', `/v1/projects/${projectId}/keys`)
    .send({ label: 'Test', ...options })
    .expect(201);
  return body as NewKey;
}

/** The key as the list of its project shows it. */
export async function readKey(
  app: TestApp,
  keyId: string,
  projectId = 1,
): Promise<KeyAnswer> {
  const keys = await everyItem<KeyAnswer>(
    app,
    `/v1/projects/${projectId}/keys`,
  );
  const key = keys.find(({ key_id }) => key_id === keyId);
  if (!key) throw new Error(`The list lacks ${keyId}`);
  return key;
}

export function revokeKey(
  app: TestApp,
  keyId: string,
  projectId = 1,
): Promise<Response> {
  return call(app, 'delete', `/v1/projects/${projectId}/keys/${keyId}`).expect(
    204,
  );
}

/** All items of a list, page by page; `between` runs after each page but the last. */
export async function everyItem<Item>(
  app: TestApp,
  path: string,
  query: Record<string, string> = {},
  between: () => Promise<unknown> = () => Promise.resolve(),
): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | null = null;
  do {
    const { body } = await call(app, 'get', path)
      .query(cursor === null ? query : { ...query, cursor })
      .expect(200);
    const page = body as PageAnswer<Item>;
    items.push(...page.data);
    cursor = page.next_cursor;
    if (cursor !== null) await between();
  } while (cursor !== null && items.length < 10_000);
  expect(cursor).toBeNull();
  return items;
}

/** An install by GET, under an `id` of its own. */
export function sendInstall(
  { server }: Pick<TestApp, 'server'>,
  key: string,
  fields: Record<string, string> = {},
): Test {
  return request(server)
    .get(CUSTOM)
    .query({
      apikey: key,
      publisher_name: 'Publisher',
      user_id: 'player-1',
      id: randomUUID(),
      ...fields,
    });
}

/** Asks again and again until the answer is as expected; fails after so many milliseconds. */
export async function eventually<T>(
  within: number,
  ask: () => Promise<T>,
  isExpected: (answer: T) => boolean,
): Promise<T> {
  const end = Date.now() + within;
  for (;;) {
    const answer = await ask();
    if (isExpected(answer)) return answer;
    if (Date.now() > end) {
      throw new Error(
        `Not within ${within} ms; at last: ${JSON.stringify(answer)}`,
      );
    }
    await delay(20);
  }
}

/** The status of the answer to an install, again and again until it is the expected one. */
export function eventuallyAnswers(
  status: number,
  app: Pick<TestApp, 'server'>,
  key: string,
  within: number,
): Promise<number> {
  return eventually(
    within,
    async () => (await sendInstall(app, key)).status,
    (answered) => answered === status,
  );
}
