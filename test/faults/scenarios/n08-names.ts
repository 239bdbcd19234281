import { setTimeout } from 'node:timers/promises';
import { request } from 'undici';
import type { Lab } from '../lab';
import { inLoops } from '../neighbour/neighbours';
import { control, Neighbourhood } from '../neighbour/neighbourhood';
import type { Scenario } from '../scenario';
import { expect } from '../verdict';

const CONNECTIONS = 30;
/** Bytes of what the project's counts may be. */
const STATS = 8_000;

const run = async (lab: Lab, without?: 'unknown') => {
  const neighbourhood = await Neighbourhood.create(lab, { without });
  const { origin, noisy } = neighbourhood;
  /** What cannot be read, to a tracker of this name. */
  const unreadable = (tracker: (n: number) => string) =>
    inLoops(origin, CONNECTIONS, (n) => ({
      method: 'POST',
      path: `/track/install/v1/${tracker(n)}`,
      headers: { 'x-api-key': noisy.ingest, 'content-encoding': 'gzip' },
      // Too large as well, every now and then.
      body: n % 2 === 0 ? `no gzip ${n}` : Buffer.alloc(40_000, String(n)),
    }));
  const { figures, worst } = await neighbourhood.compare({
    cheapest: unreadable(() => 'custom'),
    worst: unreadable((n) => `made-up-${n}`),
    streams: ['postbacks', 'refused'],
  });
  // Counts are written every second.
  await setTimeout(3_000);
  const { statusCode, body } = await request(
    `${origin}/v1/projects/${noisy.projectId}/stats`,
    { headers: { authorization: `Bearer ${noisy.read}` } },
  );
  const text = await body.text();
  expect(statusCode === 200, `Stats were ${statusCode} ${text.slice(0, 200)}`);
  const { data } = JSON.parse(text) as { data: { tracker: string }[] };
  const trackers = new Set(data.map(({ tracker }) => tracker));
  expect(
    text.length <= STATS && trackers.size <= 2 && trackers.has('unknown'),
    `The counts are ${text.length} bytes, of ${trackers.size} trackers`,
  );
  const sent = Object.values(worst).reduce((sum, count) => sum + count, 0);
  return { ...figures, 'made-up names': sent, 'bytes of counts': text.length };
};

export const names: Scenario = {
  fault: 'N8',
  comparesTimes: true,
  title: 'A key that sends what cannot be read, to trackers that are made up',
  run: (lab) => run(lab),
};

export const namesControl = control(
  'N8',
  'The same finds counters by the names of senders',
  (lab) => run(lab, 'unknown'),
);
