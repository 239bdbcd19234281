import { setTimeout } from 'node:timers/promises';
import { Pool } from 'undici';
import { type Answer, anInstall, send } from '../exchange';
import { inParallel } from '../../support/in-parallel';
import type { Lab } from '../lab';
import { makeKey, manage } from '../management';
import type { Scenario } from '../scenario';
import { expect } from '../verdict';

/** Requests of one project in a window that is longer than the run; it sends ten times as many. */
const LIMIT = 100;
const TIMES = 10;
/** Requests of the other project. */
const OTHERS = 200;
/** Milliseconds in which both send theirs. */
const DURATION = 1_000;
const WARM = 2_000;
/** How much longer the other one may wait; the short run, on a machine with other work, is content with less. */
const WANTED = { full: 2, short: 5 };

export const greedyKey: Scenario = {
  fault: 'S15',
  title: `One key sends ${TIMES} times what it may`,
  async run(lab) {
    const rounds = lab.full ? 15 : 3;
    const database = await lab.database();
    const { origin } = await lab.service(database.url, {
      THROTTLE_TTL: '3600',
    });
    const [greedy, other] = [0, 1].map(() =>
      lab.own(new Pool(origin, { connections: 64 }), (each) => each.destroy()),
    );
    let sent = 0;
    /** Sends so many at a fixed rate, whatever comes back. */
    const offer = async (pool: Pool, key: string, count: number) => {
      const answers: Promise<Answer>[] = [];
      const begin = performance.now();
      while (answers.length < count) {
        const due = ((performance.now() - begin) / DURATION) * count;
        while (answers.length < Math.min(due, count)) {
          answers.push(send(pool, key, anInstall(`s15-${sent++}`)));
        }
        await setTimeout(1);
      }
      return Promise.all(answers);
    };
    /** The 99th percentile of the other project, in milliseconds; it must not be refused anything. */
    const p99 = async () => {
      const answers = await offer(other, lab.apiKey, OTHERS);
      const refused = answers.filter(({ status }) => status !== 200);
      expect(refused.length === 0, `${refused.length} of another are refused`);
      const times = answers.map(({ took }) => took).toSorted((a, b) => a - b);
      return times[Math.floor(times.length * 0.99)];
    };

    // Before anything is measured the service has run, with both of its answers.
    const warm = await limitedKey(lab, origin);
    await inParallel(WARM, 64, async (n) => {
      await send(greedy, warm, anInstall(`warm-${n}`));
      await send(other, lab.apiKey, anInstall(`warm-${n}`));
    });
    const alone: number[] = [];
    const beside: number[] = [];
    // In turns, because the speed of a machine changes.
    for (let round = 0; round < rounds; round++) {
      alone.push(await p99());
      const key = await limitedKey(lab, origin);
      const [answers, time] = await Promise.all([
        offer(greedy, key, LIMIT * TIMES),
        p99(),
      ]);
      beside.push(time);
      const stored = answers.filter(({ status }) => status === 200).length;
      const throttled = answers.filter(({ status }) => status === 429).length;
      expect(
        stored === LIMIT && stored + throttled === answers.length,
        `${stored} passed a limit of ${LIMIT}, ${throttled} were 429`,
      );
    }
    // Of the best round each: a pause of the machine is nobody's fault.
    const before = Math.min(...alone);
    const meanwhile = Math.min(...beside);
    expect(
      meanwhile <= (lab.full ? WANTED.full : WANTED.short) * before,
      `p99 ${meanwhile.toFixed(1)} ms, ${before.toFixed(1)} ms alone`,
    );
    return {
      'stored of the greedy one': `${LIMIT} of ${LIMIT * TIMES}`,
      'p99 ms of the other alone': before.toFixed(1),
      beside: meanwhile.toFixed(1),
      'of it refused': 0,
    };
  },
};

/** Of a project of its own. */
async function limitedKey(lab: Lab, origin: string): Promise<string> {
  const url = `${origin}/v1/projects`;
  const { project_id } = await manage<{ project_id: number }>(
    lab,
    'POST',
    url,
    { name: 'Greedy' },
  );
  await manage(lab, 'PATCH', `${url}/${project_id}`, { rate_limit: LIMIT });
  const { key } = await makeKey(lab, origin, project_id);
  return key;
}
