import { Pool } from 'undici';
import { generateApiKey } from '../../../src/auth/api-key';
import { anInstall, send } from '../exchange';
import { inParallel } from '../../support/in-parallel';
import { makeKey } from '../management';
import type { Scenario } from '../scenario';
import { expect } from '../verdict';

const CONNECTIONS = 256;
/** Of one address, in the hour that the run does not last. */
const LIMIT = 100;
/** Good keys that nobody has seen before, from the same address. */
const GOOD = 20;
/** Connections to the database that may be busy at once: two for guesses; one for a good key's install, one for its mark, one that listens, one for the clock. */
const BUSY = 6;
/** Milliseconds that a good key may have to wait. */
const ANSWER = 2_000;

const malformed = [
  (key: string) => key.slice(4),
  (key: string) => key.slice(0, -1),
  (key: string) => `${key}0`,
  (key: string) => key.replace('pbk_', 'pba_'),
  // The checksum is wrong.
  (key: string) => key.slice(0, -1) + (key.endsWith('0') ? '1' : '0'),
  (key: string) => key.slice(0, 4) + key.slice(5, 30) + key[4] + key.slice(30),
];

export const bruteForce: Scenario = {
  fault: 'S1',
  title: 'Keys are guessed',
  async run(lab) {
    const count = lab.full ? 500_000 : 10_000;
    const database = await lab.database();
    const proxy = await lab.proxy(database);
    const { origin } = await lab.service(database.urlThrough(proxy.port), {
      BAD_KEY_LIMIT: String(LIMIT),
      THROTTLE_TTL: '3600',
    });
    const pool = lab.own(
      new Pool(origin, { connections: CONNECTIONS }),
      (each) => each.destroy(),
    );
    const statuses: Record<string, number> = {};
    /** Sends so many; how many a second it were. */
    const guess = async (next: (key: string) => string) => {
      const begin = performance.now();
      await inParallel(count, CONNECTIONS, async (n) => {
        const key = next(generateApiKey());
        const { status } = await send(pool, key, anInstall(`s1-${n}`));
        statuses[status] = (statuses[status] ?? 0) + 1;
      });
      return (count / (performance.now() - begin)) * 1000;
    };

    const good: string[] = [];
    while (good.length < GOOD) good.push((await makeKey(lab, origin)).key);
    proxy.requests = 0;
    const begin = performance.now();
    const malformedRate = await guess((key) => lab.random.pick(malformed)(key));
    const seconds = (performance.now() - begin) / 1000;
    const asked = proxy.requests;
    // Each second the connection that is told of changes is tried, and the clock compared.
    expect(asked <= 2 * (seconds + 2), `The database was asked ${asked} times`);

    proxy.requests = proxy.busiest = 0;
    let slowest = 0;
    const guesses = guess((key) => key);
    const knocks = inParallel(GOOD, 1, async (n) => {
      const install = anInstall(`good-${n}`);
      const { status, took, text } = await send(pool, good[n], install);
      expect(status === 200, `A good key was answered ${status} ${text}`);
      slowest = Math.max(slowest, took);
    });
    const [unknownRate] = await Promise.all([guesses, knocks]);
    const { busiest } = proxy;

    const { 401: refused, 429: throttled, 503: late = 0, ...others } = statuses;
    expect(
      refused === LIMIT && Object.keys(others).length === 0,
      `There were answers ${JSON.stringify(statuses)}`,
    );
    // A machine with other work may not keep up with all of them.
    expect(late <= throttled / 100, `${late} guesses were answered 503`);
    expect(busiest > 1, 'Unknown keys were not looked up');
    expect(busiest <= BUSY, `${busiest} connections were busy with guesses`);
    expect(slowest <= ANSWER, `A good key waited ${slowest.toFixed(0)} ms`);
    return {
      guesses: 2 * count,
      ...statuses,
      'malformed a second': malformedRate,
      'asked for those': asked,
      'unknown a second': unknownRate,
      'asked for those with a checksum': proxy.requests,
      'connections busy at once': busiest,
      'slowest good key ms': slowest,
    };
  },
};
