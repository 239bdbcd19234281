import type { Type } from '@nestjs/common';
import {
  INTERCEPTORS_METADATA,
  METHOD_METADATA,
} from '@nestjs/common/constants';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import request, { type Response } from 'supertest';
import { DatabaseGateInterceptor } from '../../../src/management/database-gate.interceptor';
import { ACCESS } from '../../../src/access/access.decorator';
import { startApp, type TestApp } from '../../support/app';
import { CUSTOM } from '../../support/ingest';
import {
  call,
  makeKey,
  makeProject,
  sendInstall,
} from '../../support/management';

/** Of the 10 connections by default: 3 shared, 2 of them for one project at most. */
const AT_ONCE = 2;
const WAITING = 16;

let app: TestApp;
let neighbour: { project: number; key: string };

beforeAll(async () => {
  app = await startApp();
  const project = await makeProject(app);
  const { key } = await makeKey(app, { scopes: ['ingest', 'read'] }, project);
  neighbour = { project, key };
});

afterAll(() => app.close());

/** Does something while nobody can read a table. */
async function withLocked<T>(
  table: string,
  work: () => Promise<T>,
): Promise<T> {
  await app.db.query(`begin; lock table ${table} in access exclusive mode`);
  try {
    return await work();
  } finally {
    await app.db.query('rollback');
  }
}

/** Sends so many requests at once; `overloaded` resolves when so many of them were refused. */
function sendAll(count: number, send: () => PromiseLike<Response>) {
  const refused: Response[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const all = Array.from({ length: count }, async () => {
    const answer = await send();
    if ((answer.body as { code?: string }).code === 'overloaded') {
      refused.push(answer);
    }
    for (const each of waiting) {
      if (refused.length >= each.count) each.resolve();
    }
    return answer;
  });
  const overloaded = (least: number) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.push({ count: least, resolve });
    if (refused.length >= least) resolve();
    return promise.then(() => refused);
  };
  return { all: Promise.all(all), overloaded };
}

const listRejections = () =>
  call(app, 'get', '/v1/projects/1/rejections').then((answer) => answer);

describe('readers of one project', () => {
  const SURPLUS = 6;

  it('take nothing from the postbacks and reads of another', async () => {
    let readers!: ReturnType<typeof sendAll>;
    await withLocked('rejection', async () => {
      readers = sendAll(AT_ONCE + WAITING + SURPLUS, listRejections);
      await readers.overloaded(SURPLUS);
      const postbacks = await Promise.all(
        Array.from({ length: 50 }, async () => sendInstall(app, neighbour.key)),
      );
      expect(new Set(postbacks.map(({ status }) => status))).toEqual(
        new Set([200]),
      );
      await call(
        app,
        'get',
        `/v1/projects/${neighbour.project}/installs`,
        neighbour.key,
      ).expect(200);
      await request(app.server).get('/health/ready').expect(200);
    });
    await readers.all;
    await listRejections().then(({ status }) => expect(status).toBe(200));
  });

  it('leave the instance with no more connections than DATABASE_POOL_SIZE', async () => {
    await Promise.all([
      ...Array.from({ length: 50 }, async () => sendInstall(app, app.apiKey)),
      ...Array.from({ length: 18 }, async () => listRejections()),
    ]);
    const { rowCount } = await app.db.query(
      `select from pg_stat_activity
       where datname = current_database() and application_name = 'postback'`,
    );
    expect(rowCount).toBeLessThanOrEqual(10);
  });

  it('are refused when its share is full, and told when to come back', async () => {
    await withLocked('rejection', async () => {
      const readers = sendAll(AT_ONCE + WAITING + 1, listRejections);
      const [refused] = await readers.overloaded(1);
      expect(refused.status).toBe(503);
      expect(refused.headers['retry-after']).toBe('1');
      expect((refused.body as { detail: string }).detail).toContain('share');
      await readers.all;
    });
  });

  it('share with its dry runs', async () => {
    await withLocked('install', async () => {
      const dryRuns = sendAll(AT_ONCE + WAITING + 1, () =>
        request(app.server).get(`${CUSTOM}/validate`).query({
          apikey: app.apiKey,
          publisher_name: 'P',
          user_id: 'u',
          id: 1,
        }),
      );
      await dryRuns.overloaded(1);
      await dryRuns.all;
    });
  });
});

it('every route of the management API takes exactly one turn at the gate', () => {
  const turns = [...app.app.get(ModulesContainer).values()]
    .flatMap(({ controllers }) => [...controllers.values()])
    .flatMap(({ metatype }) => turnsOf(metatype as Type<object>))
    .map(({ route, access, count }) => ({
      route,
      // What declares nothing is the administrator's.
      expected: ['admin', 'read', undefined].includes(access) ? 1 : 0,
      count,
    }));
  expect(turns.filter(({ expected }) => expected === 1).length).toBeGreaterThan(
    15,
  );
  expect(turns.filter(({ count, expected }) => count !== expected)).toEqual([]);
});

/** How many turns at the gate each route of a controller takes, and who may call it. */
function turnsOf(controller: Type<object>) {
  const prototype = controller.prototype as Record<string, object>;
  return new MetadataScanner()
    .getAllMethodNames(prototype)
    .filter((name) => Reflect.hasMetadata(METHOD_METADATA, prototype[name]))
    .map((name) => ({
      route: `${controller.name}.${name}`,
      access: (Reflect.getMetadata(ACCESS, prototype[name]) ??
        Reflect.getMetadata(ACCESS, controller)) as string | undefined,
      count: [prototype[name], controller]
        .flatMap(
          (target) =>
            (Reflect.getMetadata(INTERCEPTORS_METADATA, target) ??
              []) as unknown[],
        )
        .filter((each) => each === DatabaseGateInterceptor).length,
    }));
}
