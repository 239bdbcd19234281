import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { Pool } from 'undici';
import { freePort, isOpen } from '../../../libs/embedded-postgres/src';
import { anInstall, send } from '../exchange';
import type { Lab } from '../lab';
import type { Scenario } from '../scenario';
import { expect, Impossible } from '../verdict';

const REDIS = '/usr/bin/redis-server';
/** Requests of a key in a window. */
const LIMIT = 200;
/** Milliseconds that any answer may take. */
const ANSWER = 1_000;

export const redisLost: Scenario = {
  fault: 'A8',
  title: 'Redis, which counts rates for all replicas, hangs and ends',
  async run(lab) {
    const database = await lab.database();
    const port = await freePort();
    let redis = await startRedis(lab, port);
    const variables = {
      REDIS_URL: `redis://127.0.0.1:${port}`,
      THROTTLE_LIMIT: String(LIMIT),
      THROTTLE_TTL: '3600',
    };
    const pools: Pool[] = [];
    for (let replica = 0; replica < 2; replica++) {
      const { origin } = await lab.service(database.url, variables);
      pools.push(lab.own(new Pool(origin), (pool) => pool.destroy()));
    }
    let sent = 0;
    let slowest = 0;
    /** Sends so many to both in turn; returns how many were stored. */
    const sendMany = async (count: number): Promise<number> => {
      let stored = 0;
      for (let n = 0; n < count; n++) {
        const { status, took } = await send(
          pools[n % 2],
          lab.apiKey,
          anInstall(`a8-${sent++}`),
        );
        expect(status === 200 || status === 429, `An answer was ${status}`);
        if (status === 200) stored++;
        slowest = Math.max(slowest, took);
      }
      return stored;
    };

    const together = await sendMany(LIMIT + 50);
    expect(together === LIMIT, `${together} passed a limit of ${LIMIT}`);
    redis.kill('SIGSTOP');
    const hanging = await sendMany(20);
    expect(hanging === 20, `${hanging} of 20 passed while Redis hung`);
    redis.kill('SIGKILL');
    await once(redis, 'exit');
    const without = await sendMany(100);
    expect(without === 100, `${without} of 100 passed without Redis`);
    // It has forgotten everything.
    redis = await startRedis(lab, port);
    await setTimeout(3_000);
    const again = await sendMany(LIMIT + 50);
    expect(again === LIMIT, `${again} passed a limit of ${LIMIT} afterwards`);
    expect(slowest <= ANSWER, `An answer took ${slowest.toFixed(0)} ms`);
    return { 'stored at a shared limit': together, 'slowest ms': slowest };
  },
};

async function startRedis(lab: Lab, port: number): Promise<ChildProcess> {
  if (!existsSync(REDIS)) throw new Impossible('Redis is not installed');
  const redis = spawn(
    REDIS,
    ['--port', String(port), '--bind', '127.0.0.1', '--save', ''],
    { stdio: 'ignore', cwd: await lab.directory() },
  );
  lab.own(redis, async (child) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  while (!(await isOpen(port))) await setTimeout(20);
  return redis;
}
