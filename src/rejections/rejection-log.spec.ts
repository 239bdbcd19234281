import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { QueueFullError } from '@app/batching';
import { Logger } from '@nestjs/common';
import type {
  CountedPostback,
  PostbackCounter,
} from '../stats/postback-counter';
import type { Rejection } from './rejection.entity';
import { RejectionLog } from './rejection-log';
import type { RejectionRepository } from './rejection.repository';

const KIB = 1024;

const aRejection = (key_id: string, body: string): Rejection => ({
  project_id: 1,
  rejection_id: randomUUID(),
  fingerprint: randomUUID(),
  key_id,
  tracker: 'custom',
  first_seen_at: new Date(),
  last_seen_at: new Date(),
  count: 1,
  code: 'malformed_json',
  errors: [{ field: 'request', code: 'malformed_json', message: 'm' }],
  address: '127.0.0.1',
  method: 'POST',
  path: '/track/install/v1/custom',
  query: '',
  content_type: 'application/json',
  body,
  body_encoding: 'utf-8',
  body_complete: true,
  state: 'open',
  install_id: null,
  replayed_at: null,
  replay_errors: null,
});

/** A log whose statements end when the test says so. */
function createLog() {
  const statements: (readonly Rejection[])[] = [];
  const ends: (() => void)[] = [];
  const unlogged: CountedPostback[] = [];
  const keep = async (rejections: readonly Rejection[]) => {
    statements.push(rejections);
    const { promise, resolve } = Promise.withResolvers<void>();
    ends.push(resolve);
    await promise;
    return rejections;
  };
  const add = (counted: CountedPostback) => {
    if (counted.kind === 'unlogged') unlogged.push(counted);
  };
  const log = new RejectionLog(
    { keep } as unknown as RejectionRepository,
    { add } as unknown as PostbackCounter,
  );
  const endAll = async (all: Promise<unknown>) => {
    const isDone = all.then(() => true);
    while (!(await Promise.race([isDone, setImmediate(false)]))) {
      ends.shift()?.();
    }
  };
  return { log, statements, unlogged, endAll };
}

describe('RejectionLog', () => {
  beforeAll(() => {
    jest.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
  });

  afterAll(() => jest.restoreAllMocks());

  it.each([
    ['large ones', 'x'.repeat(32 * KIB)],
    ['many small ones', 'x'],
  ])(
    'keeps what a quiet key is refused while a noisy one fills the log with %s',
    async (_, body) => {
      const { log, unlogged, endAll } = createLog();
      const keepFor = (key: string, each: string) =>
        log.keep(aRejection(key, each)).then(
          () => 'kept',
          (error: unknown) => error,
        );
      const noisy: Promise<unknown>[] = [];
      const quiet: Promise<unknown>[] = [];
      for (let n = 0; n < 3_000; n++) {
        noisy.push(keepFor('noisy', body));
        if (n % 100 === 99) quiet.push(keepFor('quiet', 'y'));
      }
      const all = Promise.all([...noisy, ...quiet]);
      await endAll(all);
      expect(new Set(await Promise.all(quiet))).toEqual(new Set(['kept']));
      const lost = (await Promise.all(noisy)).filter((each) => each !== 'kept');
      expect(lost.length).toBeGreaterThan(1_000);
      expect(lost[0]).toBeInstanceOf(QueueFullError);
      expect(unlogged).toHaveLength(lost.length);
    },
  );

  it('lets a quiet key wait for one statement, however much of another waits', async () => {
    const { log, statements, endAll } = createLog();
    const large = 'x'.repeat(32 * KIB);
    const all = Array.from({ length: 100 }, () =>
      log.keep(aRejection('noisy', large)),
    );
    await setImmediate();
    all.push(log.keep(aRejection('quiet', 'y')));
    await endAll(Promise.all(all));
    expect(statements[1].map(({ key_id }) => key_id)).toContain('quiet');
  });

  it('writes a bounded number of bytes at once', async () => {
    const { log, statements, endAll } = createLog();
    const large = 'x'.repeat(32 * KIB);
    await endAll(
      Promise.all(
        Array.from({ length: 50 }, () => log.keep(aRejection('a', large))),
      ),
    );
    expect(statements.length).toBeGreaterThan(5);
    for (const rejections of statements) {
      expect(rejections.length * 32 * KIB).toBeLessThanOrEqual(256 * KIB);
    }
  });
});
