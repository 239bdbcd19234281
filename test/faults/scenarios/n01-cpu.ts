import { FIELDS } from '../../support/fields';
import { gzipSync } from 'node:zlib';
import { Pool } from 'undici';
import type { Lab } from '../lab';
import { atRate } from '../neighbour/neighbours';
import { control, Neighbourhood } from '../neighbour/neighbourhood';
import type { Request } from '../neighbour/streams';
import type { Scenario } from '../scenario';
import { expect } from '../verdict';

const INGEST = '/track/install/v1/custom';
/** Bytes. */
const SINGLE = 32 * 1024;
const SMALL = 64 * 1024;
const LARGE = 1024 * 1024;
/** Requests a second: one every few seconds is enough to keep an unprotected service down. */
const RATE = 10;
/** Milliseconds that one request may stop all others, by its size; the short run is content with more. */
const HELD = { small: 10, large: 50 };
const PATIENCE = { full: 1, short: 5 };
/** A request that was slow is tried so often again, unless it was slower than any pause of the machine is. */
const AGAIN = 5;
const HOPELESS = 1_000;

/** What a pattern, a parser or a masking of ours might go through again from each of its places. */
const RUNS = [
  '\\',
  '%25',
  '%',
  '%5c',
  String.raw`\u0025`,
  String.raw`\u005c`,
  '"',
  '{',
  '[',
  '{"a":',
  '&',
  '=',
  'a=&',
  ';',
  ' ',
  '\n',
  '\0',
  '\u0001',
  '\ufffd',
  '7',
  '0.',
  '-',
  'pbk_',
  'p%00',
];
const HARMLESS = ['x'];

const run = async (lab: Lab, without?: 'linear') => {
  const neighbourhood = await Neighbourhood.create(lab, {
    without,
    variables: { LOG_LEVEL: 'silent' },
  });
  const { origin, noisy } = neighbourhood;
  const pinged = lab.own(new Pool(origin, { connections: 2 }), (each) =>
    each.destroy(),
  );
  const patience = PATIENCE[lab.full ? 'full' : 'short'];

  let longest = 0;
  const hold = async (what: string, request: Request, most: number) => {
    let least = Infinity;
    for (let tries = 0; tries < AGAIN && least > most * patience; tries++) {
      least = Math.min(least, await stopOf(pinged, request));
      if (least > HOPELESS) break;
    }
    longest = Math.max(longest, least);
    expect(
      least <= most * patience,
      `${what} stops all others for ${least.toFixed(0)} ms`,
    );
  };
  // So that the first of them pays for nothing else.
  for (let n = 0; n < 10; n++) await stopOf(pinged, single(noisy.ingest, 'x'));
  for (const each of RUNS) {
    const shown = JSON.stringify(each);
    await hold(shown, single(noisy.ingest, each), HELD.small);
    const small = batch(noisy.ingest, each, SMALL);
    await hold(`A small batch of ${shown}`, small, HELD.small);
    const large = batch(noisy.ingest, each, LARGE);
    await hold(`A batch of ${shown}`, large, HELD.large);
  }
  await hold('A batch of faults', faults(noisy.ingest), HELD.large);

  const sent = (runs: readonly string[]) => {
    const requests = runs.flatMap((each) => [
      single(noisy.ingest, each),
      batch(noisy.ingest, each, LARGE),
    ]);
    return atRate(origin, RATE, (n) => requests[n % requests.length]);
  };
  const { figures } = await neighbourhood.compare({
    cheapest: sent(HARMLESS),
    worst: sent(RUNS),
  });
  return { ...figures, 'longest stop ms': longest.toFixed(1) };
};

export const cpu: Scenario = {
  fault: 'N1',
  comparesTimes: true,
  title: 'Bodies up to their limits, of what is costly to read',
  run: (lab) => run(lab),
};

export const cpuControl = control(
  'N1',
  'The same finds masking that goes back at each place',
  (lab) => run(lab, 'linear'),
);

function single(key: string, text: string): Request {
  return {
    method: 'POST',
    path: INGEST,
    headers: { 'x-api-key': key },
    body: Buffer.alloc(SINGLE, text),
  };
}

/** Small on its way. */
function batch(key: string, text: string, bytes: number): Request {
  return {
    method: 'POST',
    path: `${INGEST}/batch`,
    headers: { 'x-api-key': key, 'content-encoding': 'gzip' },
    body: gzipSync(Buffer.alloc(bytes, text)),
  };
}

/** A thousand postbacks in which all fields are wrong. */
function faults(key: string): Request {
  const postback = Object.fromEntries(FIELDS.map((name) => [name, '\u0007']));
  return {
    method: 'POST',
    path: `${INGEST}/batch`,
    headers: { 'x-api-key': key },
    body: JSON.stringify(Array.from({ length: 1_000 }, () => postback)),
  };
}

/** Milliseconds for which nobody else was served while a request was. */
async function stopOf(pool: Pool, request: Request): Promise<number> {
  const ended = new AbortController();
  const answer = pool
    .request(request)
    .then(({ body }) => body.dump())
    .catch(() => undefined)
    .finally(() => ended.abort());
  let longest = 0;
  while (!ended.signal.aborted) {
    const begin = performance.now();
    await pool
      .request({ method: 'GET', path: '/health/live' })
      .then(({ body }) => body.dump())
      .catch(() => undefined);
    longest = Math.max(longest, performance.now() - begin);
  }
  await answer;
  return longest;
}
