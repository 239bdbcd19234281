import { setTimeout } from 'node:timers/promises';
import { Pool } from 'undici';
import { type Answer, anInstall, send } from '../exchange';
import type { Scenario } from '../scenario';
import { expect } from '../verdict';

/** Milliseconds that the database takes for one install, so that the load generator is not what is overloaded. */
const EACH = 3;
const TIMES = 4;
/** What must be reached; the short run, on a machine with other work, is content with what no healthy service misses. */
const WANTED = { goodput: 0.9, acceptedMs: 1_000 };
const LEAST = { goodput: 0.7, acceptedMs: 2_000 };

export const overload: Scenario = {
  fault: 'A5',
  title: `${TIMES} times the load that can be borne`,
  async run(lab) {
    const seconds = lab.full ? 60 : 10;
    const database = await lab.database();
    await database.query(`
      create function slow() returns trigger language plpgsql as
      $$ begin perform pg_sleep(${EACH / 1000}); return new; end $$;
      create trigger slow before insert on install for each row execute function slow()`);
    const { origin } = await lab.service(database.url, { LOG_LEVEL: 'silent' });
    const pool = lab.own(new Pool(origin, { connections: 4_000 }), (each) =>
      each.destroy(),
    );

    let sent = 0;
    /** Sends at a fixed rate, whatever comes back, and returns the answers. */
    const offer = async (rate: number, duration: number): Promise<Offer> => {
      const answers: Promise<Answer>[] = [];
      const begin = performance.now();
      while (performance.now() - begin < duration * 1000) {
        const due = ((performance.now() - begin) / 1000) * rate;
        while (answers.length < due) {
          const install = anInstall(`a5-${sent++}`);
          answers.push(send(pool, lab.apiKey, install));
        }
        await setTimeout(2);
      }
      return { begin, duration, answers: await Promise.all(answers) };
    };

    await offer(100, 2);
    // What four groups at once can bear, and a little more, so that it is reached.
    const peak = goodput(await offer((4 * 1000 * 1.2) / EACH, 5));
    await setTimeout(2_000);
    const overloaded = await offer(TIMES * peak, seconds);
    const { answers } = overloaded;
    const good = goodput(overloaded);
    await setTimeout(2_000);
    const { answers: after } = await offer(peak / 2, 3);

    const accepted = quantile(answers, 200, 0.99);
    const refused = quantile(answers, 503, 0.99);
    const others = answers.filter(
      ({ status }) => status !== 200 && status !== 503,
    ).length;
    expect(others === 0, `${others} answers were neither 200 nor 503`);
    const { goodput: share, acceptedMs } = lab.full ? WANTED : LEAST;
    expect(good >= share * peak, `${good}/s of ${peak}/s were stored`);
    expect(accepted <= acceptedMs, `p99 of the accepted: ${accepted} ms`);
    const normal = quantile(after, 200, 0.99);
    expect(
      after.every(({ status }) => status === 200) && normal < acceptedMs,
      'It did not come back to normal',
    );
    return {
      'peak/s': peak,
      'offered/s': TIMES * peak,
      'goodput/s': good,
      'accepted p99 ms': accepted,
      'refused p99 ms': refused,
      'p99 ms afterwards': normal,
    };
  },
};

interface Offer {
  /** Milliseconds, by performance.now(). */
  readonly begin: number;
  /** Seconds. */
  readonly duration: number;
  readonly answers: readonly Answer[];
}

/** Installs stored a second while they were offered, but for the first second. */
function goodput({ begin, duration, answers }: Offer): number {
  const stored = answers.filter(
    ({ status, at }) =>
      status === 200 && at > begin + 1_000 && at < begin + duration * 1_000,
  );
  return stored.length / (duration - 1);
}

/** Milliseconds that this fraction of the answers with a status did not exceed. */
function quantile(
  answers: readonly Answer[],
  status: number,
  fraction: number,
): number {
  const times = answers
    .filter((answer) => answer.status === status)
    .map(({ took }) => took)
    .toSorted((a, b) => a - b);
  return times[Math.floor(times.length * fraction)] ?? 0;
}
