import { request } from 'undici';
import type { Lab } from '../lab';
import { fillInstalls, fillRejections } from '../neighbour/fill';
import { inLoops } from '../neighbour/neighbours';
import { control, Neighbourhood } from '../neighbour/neighbourhood';
import type { Scenario } from '../scenario';
import { expect } from '../verdict';

/** At once, with one key. */
const READERS = 120;
const INSTALLS = { full: 1_500_000, short: 150_000 };
/** In full as many as are kept of a project. */
const REJECTIONS = { full: 100_000, short: 30_000 };
/** Who asks for the summary at once, and milliseconds within which all have it. */
const CALLERS = 8;
const SUMMARY = { full: 100, short: 500 };
const AGAIN = 5;

const run = async (lab: Lab, without?: 'shares') => {
  const form = lab.full ? 'full' : 'short';
  const neighbourhood = await Neighbourhood.create(lab, { without });
  const { database, origin, noisy } = neighbourhood;
  await fillInstalls(database, noisy.projectId, INSTALLS[form]);
  await fillRejections(database, noisy.projectId, REJECTIONS[form]);
  const project = `/v1/projects/${noisy.projectId}`;
  const headers = { authorization: `Bearer ${noisy.read}` };

  const reading = (paths: readonly string[]) =>
    inLoops(origin, READERS, (n) => ({
      method: 'GET',
      path: project + paths[n % paths.length],
      headers,
    }));
  const { figures, worst } = await neighbourhood.compare({
    cheapest: reading(['']),
    worst: reading([
      '/rejections/summary',
      '/installs?user_id=none',
      '/rejections?limit=500&code=none',
      '/stats?from=2026-01-01T00:00:00Z&to=2026-01-30T00:00:00Z',
      '/installs?limit=500',
    ]),
    streams: ['postbacks', 'refused', 'reads'],
  });
  const others = Object.keys(worst).filter(
    (answer) => answer !== '200' && answer !== '503 overloaded',
  );
  expect(others.length === 0, `Readers were answered ${others.join(', ')}`);

  let least = Infinity;
  for (let tries = 0; tries < AGAIN && least > SUMMARY[form]; tries++) {
    const begin = performance.now();
    await Promise.all(
      Array.from({ length: CALLERS }, async () => {
        const { statusCode, body } = await request(
          `${origin}${project}/rejections/summary`,
          { headers },
        );
        const text = await body.text();
        expect(statusCode === 200, `The summary was ${statusCode} ${text}`);
      }),
    );
    least = Math.min(least, performance.now() - begin);
  }
  expect(
    least <= SUMMARY[form],
    `${CALLERS} summaries at once took ${least.toFixed(0)} ms`,
  );
  return { ...figures, [`${CALLERS} summaries ms`]: least };
};

export const reads: Scenario = {
  fault: 'N2',
  comparesTimes: true,
  title: `${READERS} readers of what takes long to read, with one key`,
  run: (lab) => run(lab),
};

export const readsControl = control(
  'N2',
  'The same finds readers and writers who share their connections',
  (lab) => run(lab, 'shares'),
);
