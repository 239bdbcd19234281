import { Client } from 'undici';
import { generateApiKey, hashSecret } from '../../../src/auth/api-key';
import { median } from '../../bench/statistics';
import type { Lab } from '../lab';
import type { PostgresServer } from '../postgres-server';
import type { Scenario } from '../scenario';
import { expect } from '../verdict';

const PATH = '/track/install/v1/custom';
/** The slowest kind may take so many times as long as the quickest; the short run, on a machine with other work, is content with less. */
const WANTED = { full: 1.03, short: 1.15 };
/** Samples of each kind that are not counted. */
const WARM = 20;

export const equalTiming: Scenario = {
  fault: 'S2',
  title: 'Keys that are bad in different ways, and a clock',
  async run(lab) {
    const count = WARM + (lab.full ? 10_000 : 300);
    const database = await lab.database();
    const { origin } = await lab.service(database.url);
    // Each is sent once, so that none is remembered.
    const kinds = [
      kind(lab, origin, 'missing', Array<undefined>(count).fill(undefined)),
      kind(lab, origin, 'malformed', makeKeys(count).map(mistyped)),
      kind(lab, origin, 'unknown', makeKeys(count)),
      kind(lab, origin, 'revoked', await store(database, count, 'revoked_at')),
      kind(lab, origin, 'expired', await store(database, count, 'expires_at')),
    ];
    for (let n = 0; n < count; n++) {
      await Promise.all(shuffled(lab, kinds).map((each) => each.sample()));
    }

    const answers = new Set(kinds.flatMap((each) => [...each.answers]));
    expect(answers.size === 1, `They differ: ${[...answers].join(' ')}`);
    expect([...answers][0].startsWith('401 '), [...answers][0]);
    const medians = kinds.map(({ times }) => median(times.slice(WARM)));
    const ratio = Math.max(...medians) / Math.min(...medians);
    const figures = Object.fromEntries(
      kinds.map(({ name }, n) => [`${name} ms`, medians[n].toFixed(2)]),
    );
    expect(
      ratio <= (lab.full ? WANTED.full : WANTED.short),
      `Their medians differ by a factor of ${ratio.toFixed(3)}: ${JSON.stringify(figures)}`,
    );
    return { 'of each': count - WARM, ...figures, ratio: ratio.toFixed(3) };
  },
};

/** Sends one key after the other over a connection of its own, and keeps how long each answer took. */
function kind(
  lab: Lab,
  origin: string,
  name: string,
  keys: readonly (string | undefined)[],
) {
  const client = lab.own(new Client(origin), (each) => each.destroy());
  const times: number[] = [];
  const answers = new Set<string>();
  const sample = async () => {
    const key = keys[times.length];
    const begin = performance.now();
    const { statusCode, headers, body } = await client.request({
      method: 'GET',
      path: PATH,
      headers: key === undefined ? {} : { 'x-api-key': key },
    });
    const text = await body.text();
    times.push(performance.now() - begin);
    const id = String(headers['x-request-id']);
    const { date: _, 'x-request-id': __, ...others } = headers;
    answers.add(
      `${statusCode} ${text.replace(id, '')} ${JSON.stringify(others)}`,
    );
  };
  return { name, times, answers, sample };
}

const makeKeys = (count: number) =>
  Array.from({ length: count }, generateApiKey);

const mistyped = (key: string) =>
  key.slice(0, -1) + (key.endsWith('0') ? '1' : '0');

/** Keys that were good until a minute ago. */
async function store(
  database: PostgresServer,
  count: number,
  column: 'revoked_at' | 'expires_at',
): Promise<string[]> {
  const keys = makeKeys(count);
  await database.query(
    `insert into api_key (key_id, project_id, label, hash, last_four, scopes, ${column})
     select gen_random_uuid(), 1, 'S2', hash, '', '{ingest}', now() - interval '1 minute'
     from unnest($1::bytea[]) as hash`,
    [keys.map(hashSecret)],
  );
  return keys;
}

/** In another order each time: the first pays for what the last one left behind. */
function shuffled<Item>(lab: Lab, items: readonly Item[]): Item[] {
  return items
    .map((item) => ({ item, place: lab.random.next() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
