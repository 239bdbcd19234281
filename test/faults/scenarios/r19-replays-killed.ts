import { setTimeout } from 'node:timers/promises';
import { request } from 'undici';
import type { Lab } from '../lab';
import type { Scenario } from '../scenario';
import { expect } from '../verdict';

const PROJECT = '/v1/projects/1';
/** Milliseconds. */
const PATIENCE = 120_000;

/** Refused for the country, and recognisable by nothing: only the rejection tells one from another. */
const postbackOf = (n: number) =>
  new URLSearchParams({
    publisher_name: 'P',
    user_id: `r19-${n}`,
    country_code: 'Argentina',
  });

export const replaysKilled: Scenario = {
  fault: 'R19',
  title: 'Replicas are killed while each replays the same rejections',
  async run(lab) {
    const kills = lab.full ? 10 : 3;
    const postbacks = lab.full ? 20_000 : 4_000;
    const database = await lab.database();
    const replicas = [
      await lab.service(database.url),
      await lab.service(database.url),
    ];
    await refuseAll(lab, replicas[0].origin, postbacks);
    const states = await database.query<{ state: string; count: number }>(
      'select state, sum(count)::int as count from rejection group by 1',
    );
    expect(
      states.length === 1 && states[0].count === postbacks,
      `Not all are kept: ${JSON.stringify(states)}`,
    );
    for (const { origin } of replicas) await replayAll(lab, origin);
    for (let kill = 0; kill < kills; kill++) {
      await setTimeout(lab.random.between(50, 300));
      const which = kill % replicas.length;
      const { port } = new URL(replicas[which].origin);
      replicas[which].signal('SIGKILL');
      await replicas[which].ended();
      replicas[which] = await lab.service(database.url, { PORT: port });
    }
    const end = Date.now() + PATIENCE;
    for (;;) {
      const [{ left }] = await database.query<{ left: number }>(
        `select count(*)::int as left from replay where state in ('waiting', 'running')`,
      );
      if (left === 0) break;
      expect(Date.now() < end, `${left} replays have not ended`);
      await setTimeout(200);
    }
    const [found] = await database.query<Record<string, number>>(
      `select (select count(*) from install)::int as installs,
              (select count(distinct user_id) from install)::int as different,
              (select count(*) from rejection where state = 'installed')::int as installed,
              (select sum(count) from postback_count where kind = 'created')::int as created,
              (select sum(count) from postback_count where kind = 'replayed')::int as replayed`,
    );
    for (const [what, count] of Object.entries(found)) {
      expect(count === postbacks, `${what}: ${count} of ${postbacks}`);
    }
    return { kills, ...found };
  },
};

async function refuseAll(
  { apiKey }: Lab,
  origin: string,
  count: number,
): Promise<void> {
  const senders = 16;
  await Promise.all(
    Array.from({ length: senders }, async (_, sender) => {
      for (let n = sender; n < count; n += senders) {
        const query = postbackOf(n).toString();
        const { statusCode, body } = await request(
          `${origin}/track/install/v1/custom?apikey=${apiKey}&${query}`,
        );
        await body.dump();
        expect(statusCode === 400, `Answered ${statusCode}`);
      }
    }),
  );
  // What the log still holds.
  await setTimeout(1_000);
}

async function replayAll({ adminToken }: Lab, origin: string): Promise<void> {
  const { statusCode, body } = await request(
    `${origin}${PROJECT}/rejections/replay`,
    {
      method: 'POST',
      headers: {
        authorization: `Bearer ${adminToken}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ filter: {}, set: { country_code: 'AR' } }),
    },
  );
  await body.dump();
  expect(statusCode === 202, `The replay was answered ${statusCode}`);
}
