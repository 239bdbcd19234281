import { globSync } from 'node:fs';
import { Pool } from 'undici';
import { anInstall, type Fields, send } from '../exchange';
import type { Lab } from '../lab';
import type { PostgresServer } from '../postgres-server';
import type { Scenario } from '../scenario';
import { expect, Impossible } from '../verdict';

/** Milliseconds. */
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** By which times may differ: what the service corrects is more than a second. */
const TOLERANCE = 3_000;

export const clocks: Scenario = {
  fault: 'A10',
  title: 'The clocks of two replicas are a day fast and a day slow',
  async run(lab) {
    const [libfaketime] = globSync('/usr/lib/*/faketime/libfaketime.so.1');
    if (!libfaketime) throw new Impossible('faketime is not installed');
    const database = await lab.database();
    const pools: Pool[] = [];
    for (const FAKETIME of ['+1d', '-1d', '+0d']) {
      const { origin } = await lab.service(database.url, {
        LD_PRELOAD: libfaketime,
        FAKETIME,
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
      });
      pools.push(lab.own(new Pool(origin), (pool) => pool.destroy()));
    }
    const expiring = await keyThatExpiresIn(lab, pools[2], HOUR);
    const expired = await keyThatExpiresIn(lab, pools[2], -HOUR);

    const sendTo = async (pool: Pool, fields: Fields, key = lab.apiKey) => {
      const { status, text } = await send(pool, key, fields);
      return `${status} ${/"status":"(\w+)"|"code":"(time_out_of_range)"/.exec(text)?.slice(1).join('') ?? ''}`;
    };
    for (const [n, pool] of pools.entries()) {
      const own = anInstall(`a10-${n}`);
      for (const [answer, wanted, what] of [
        [await sendTo(pool, own), '200 created', 'an install'],
        [
          await sendTo(pools[(n + 1) % 3], own),
          '200 duplicate',
          'its repeat to another replica',
        ],
        [
          await sendTo(pool, inFuture(DAY - HOUR + n)),
          '200 created',
          'an install 23 hours ahead',
        ],
        [
          await sendTo(pool, inFuture(DAY + HOUR + n)),
          '400 time_out_of_range',
          'an install 25 hours ahead',
        ],
        [
          await sendTo(pool, anInstall(`expiring-${n}`), expiring),
          '200 created',
          'a key that expires in an hour',
        ],
        [
          await sendTo(pool, anInstall(`expired-${n}`), expired),
          '401 ',
          'a key that has expired',
        ],
      ]) {
        expect(
          answer === wanted,
          `Replica ${n} answered ${what} with ${answer}`,
        );
      }
    }
    return { replicas: pools.length, 'ms apart': await farthest(database) };
  },
};

const inFuture = (ms: number): Fields => ({
  ...anInstall(`future-${ms}`),
  install_timestamp: new Date(Date.now() + ms).toISOString(),
});

/** Makes a key of the first project that expires so many milliseconds from now. */
async function keyThatExpiresIn(
  lab: Lab,
  pool: Pool,
  ms: number,
): Promise<string> {
  const { body } = await pool.request({
    method: 'POST',
    path: '/v1/projects/1/keys',
    headers: {
      authorization: `Bearer ${lab.adminToken}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({
      label: 'a10',
      expires_at: new Date(Date.now() + ms).toISOString(),
    }),
  });
  return ((await body.json()) as { key: string }).key;
}

/** Milliseconds between the database's clock and the arrival that is farthest from it. */
async function farthest(database: PostgresServer): Promise<number> {
  const [{ most }] = await database.query<{ most: number }>(
    'select max(abs(extract(epoch from now() - received_at)) * 1000)::int as most from install',
  );
  expect(most <= TOLERANCE, `A time of arrival is ${most} ms off`);
  return most;
}
