import { gzipSync } from 'node:zlib';
import { Pool } from 'undici';
import { memoryOf } from '../../bench/process-usage';
import { anInstall, send } from '../exchange';
import { inParallel } from '../../support/in-parallel';
import type { Lab } from '../lab';
import { type Neighbour, stalled } from '../neighbour/neighbours';
import { control, Neighbourhood } from '../neighbour/neighbourhood';
import type { Scenario } from '../scenario';
import { expect } from '../verdict';

const BATCH = '/track/install/v1/custom/batch';
const MIB = 2 ** 20;
const COUNT = 3_000;
/** Is enough for the control. */
const FEWER = 500;
const WARM = 5_000;
/** Megabytes above what the service had before: at most, and when all are gone. */
const MOST = 150;
const LEFT = 60;
/** Seconds until then. */
const GIVEN_BACK = 15;

const run = async (lab: Lab, without?: 'budget') => {
  const count = without === undefined ? COUNT : FEWER;
  const neighbourhood = await Neighbourhood.create(lab, {
    without,
    // By itself the heap would grow as far as it may, whatever the neighbour does.
    variables: {
      NODE_OPTIONS: '--max-old-space-size=256 --max-semi-space-size=4',
    },
  });
  const { origin, service, quiet, noisy } = neighbourhood;
  const pool = lab.own(new Pool(origin, { connections: 32 }), (each) =>
    each.destroy(),
  );
  const resident = () => memoryOf(service.pid).resident / MIB;
  // All members of the inflater are reached; the eight bytes that are missing are its checksum.
  const gzip = gzipSync(Buffer.alloc(MIB, ' '));

  // What a service needs to be at work is none of the neighbour's.
  await inParallel(WARM, 32, async (n) => {
    await send(pool, lab.apiKey, anInstall(`warm-${n}`));
  });
  const before = resident();
  let peak = before;
  lab.own(
    setInterval(() => (peak = Math.max(peak, resident())), 50),
    async (timer) => clearInterval(timer),
  );
  const bodies = (headers: string[]): Neighbour => {
    const bytes = unfinished([...headers, 'Content-Encoding: gzip'], gzip);
    const open = stalled(origin, count, bytes);
    return async (until) => {
      const counts = await open(until);
      const more = peak - before;
      expect(more <= MOST, `The service took ${more.toFixed(0)} MB more`);
      return counts;
    };
  };
  const { figures } = await neighbourhood.compare({
    // Nothing of these has to be kept.
    cheapest: bodies([]),
    worst: bodies([`X-Api-Key: ${noisy.ingest}`]),
  });
  // Memory is given back while there is work.
  let left = Infinity;
  for (let s = 0; s < GIVEN_BACK && left > LEFT; s++) {
    await quiet.send(['postbacks'], 1);
    left = resident() - before;
  }
  expect(left <= LEFT, `The service keeps ${left.toFixed(0)} MB`);
  return {
    ...figures,
    'MB before': before,
    'MB more': peak - before,
    'MB left': left,
  };
};

export const memory: Scenario = {
  fault: 'N3',
  comparesTimes: true,
  title: `${COUNT} batches that never end`,
  run: (lab) => run(lab),
};

export const memoryControl = control(
  'N3',
  'The same finds bodies that are inflated as they arrive',
  (lab) => run(lab, 'budget'),
);

/** A request without the last bytes of its body. */
function unfinished(headers: string[], body: Buffer): Buffer {
  const head = [
    `POST ${BATCH} HTTP/1.1`,
    'Host: x',
    ...headers,
    `Content-Length: ${body.length}`,
    '\r\n',
  ].join('\r\n');
  return Buffer.concat([Buffer.from(head), body.subarray(0, -8)]);
}
