import { setTimeout } from 'node:timers/promises';
import { type Bench, measureInRounds, type Subject } from '../measurement';
import { getCreated, getInvalid, getInvalidAgain } from '../requests';
import {
  COLUMNS,
  compare,
  ratioColumn,
  type Table,
  wholeNumber,
} from '../table';
import { CONNECTIONS, p99 } from './subjects';

/** Good postbacks a second, and refused ones. */
const RATES = [1_000, 1_500];
const ALONE = 'good ones alone';

/** Refused postbacks a second, all of them the same. */
const STORM = 1_000;
/** Milliseconds in which all that was refused must have been counted. */
const PATIENCE = 10_000;

/** What refused postbacks do to good ones, and what is kept of them. */
export async function rejections(bench: Bench): Promise<Table[]> {
  const tables = [await storm(bench)];
  for (const rate of RATES) tables.push(await besideGoodOnes(bench, rate));
  return tables;
}

/** One bad postback, repeated for a minute, is one row that counts. */
async function storm({
  plan,
  database,
  generator,
  servers,
  apiKey,
}: Bench): Promise<Table> {
  await database.empty();
  const { requests, latency } = await generator.run({
    ...getInvalidAgain(apiKey),
    origin: servers.service.origin,
    connections: CONNECTIONS,
    rate: STORM,
    end: { seconds: plan.stormSeconds },
  });
  const end = performance.now();
  const kept = () => database.countRejections();
  let { rows, seen } = await kept();
  // Refused postbacks are written beside the requests, some time after the answer.
  while (seen < requests && performance.now() - end < PATIENCE) {
    await setTimeout(100);
    ({ rows, seen } = await kept());
  }
  const after = performance.now() - end;
  if (rows !== 1 || seen !== requests) {
    throw new Error(
      `Of ${requests} equal refused postbacks there are ${rows} rows that count ${seen}, ${(after / 1000).toFixed(1)} s after the last answer; 1 row must count all`,
    );
  }
  return {
    title: `The same refused postback, GET, ${wholeNumber(STORM)} a second`,
    columns: ['sent', 'rows', 'counted', 'after ms', 'p50 ms', 'p99 ms'],
    rows: [
      [
        wholeNumber(requests),
        wholeNumber(rows),
        wholeNumber(seen),
        wholeNumber(after),
        latency.p50.toFixed(2),
        latency.p99.toFixed(2),
      ],
    ],
    measurements: { requests, rows, seen, after, latency },
  };
}

/** Good postbacks at a fixed rate, alone and beside as many that are refused. */
async function besideGoodOnes(bench: Bench, rate: number): Promise<Table> {
  const { apiKey, database, plan, servers } = bench;
  const alone: Subject = {
    name: ALONE,
    server: servers.service,
    exchange: getCreated(apiKey),
    load: {
      connections: CONNECTIONS,
      rate,
      end: { seconds: plan.seconds },
      tolerant: true,
    },
    prepare: () => database.empty(),
  };
  const refused = { connections: CONNECTIONS, rate, tolerant: true };
  const measured = await measureInRounds(bench, [
    alone,
    {
      ...alone,
      name: 'beside refused ones, all different',
      beside: { ...getInvalid(apiKey), ...refused },
    },
    {
      ...alone,
      name: 'beside refused ones, all the same',
      beside: { ...getInvalidAgain(apiKey), ...refused },
    },
  ]);
  const reference = measured.get(ALONE)!;
  return compare(
    `Good postbacks, GET, ${wholeNumber(rate)} a second, beside ${wholeNumber(rate)} refused ones a second`,
    measured,
    [
      COLUMNS.goodput,
      ratioColumn('to alone', reference, ({ goodput }) => goodput),
      COLUMNS.p50,
      COLUMNS.p99,
      ratioColumn('p99 to alone', reference, p99),
      COLUMNS.max,
      COLUMNS.beside,
    ],
  );
}
