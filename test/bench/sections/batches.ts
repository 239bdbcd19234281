import { type Bench, measureInRounds, type Subject } from '../measurement';
import {
  type Batch,
  getCreated,
  postBatch,
  postCreated,
  type Exchange,
} from '../requests';
import { COLUMNS, compare, ratioColumn, type Table } from '../table';
import { CONNECTIONS, p50, p99 } from './subjects';

const SINGLE = `one a request, ${CONNECTIONS} connections`;
/** A batch keeps the service busy for long: a few senders are enough. */
const BATCH_CONNECTIONS = 4;
const SIZES = [10, 100, 1_000];
const FORMATS = { array: 'JSON array', lines: 'a line each' } as const;

const ALONE = 'no batches';
/** Single postbacks a second. */
const RATE = 500;
const LARGEST: Batch = { postbacks: 1_000, format: 'array' };
/** Of batches. */
const SENDERS = [1, 4, 16];

/** How fast batches are, and what they do to single postbacks beside them. */
export async function batches(bench: Bench): Promise<Table[]> {
  return [await throughput(bench), await fairness(bench)];
}

/** As many new installs as this service takes in batches, beside one a request. */
async function throughput(bench: Bench): Promise<Table> {
  const { apiKey, plan } = bench;
  const subject = (
    name: string,
    exchange: Exchange,
    connections: number,
  ): Subject => ({
    ...toService(bench),
    name,
    exchange,
    load: { connections, end: { seconds: plan.seconds } },
  });
  const measured = await measureInRounds(bench, [
    subject(SINGLE, postCreated(apiKey), CONNECTIONS),
    ...SIZES.flatMap((postbacks) =>
      (['array', 'lines'] as const).map((format) =>
        subject(
          `${postbacks}, ${FORMATS[format]}`,
          postBatch(apiKey, { postbacks, format }),
          BATCH_CONNECTIONS,
        ),
      ),
    ),
  ]);
  return compare(
    `Throughput of batches, POST, ${BATCH_CONNECTIONS} connections; CPU for each postback`,
    measured,
    [
      COLUMNS.postbacks,
      ratioColumn(
        'postbacks/s to one a request',
        measured.get(SINGLE)!,
        ({ postbacksPerSecond }) => postbacksPerSecond,
      ),
      COLUMNS.p50,
      COLUMNS.p99,
      COLUMNS.serverCpu,
      COLUMNS.databaseCpu,
      COLUMNS.generatorCpu,
    ],
  );
}

/** Single postbacks at a fixed rate, beside senders of batches that send the next one as soon as they have an answer. */
async function fairness(bench: Bench): Promise<Table> {
  const { apiKey, plan } = bench;
  const alone: Subject = {
    ...toService(bench),
    name: ALONE,
    exchange: getCreated(apiKey),
    load: {
      connections: CONNECTIONS,
      rate: RATE,
      end: { seconds: plan.seconds },
      tolerant: true,
    },
  };
  const measured = await measureInRounds(bench, [
    alone,
    ...SENDERS.map((connections) => ({
      ...alone,
      name: `batches, ${connections} connections`,
      beside: { ...postBatch(apiKey, LARGEST), connections, tolerant: true },
    })),
  ]);
  const reference = measured.get(ALONE)!;
  return compare(
    `Single postbacks, GET, ${RATE} a second, beside batches of ${LARGEST.postbacks}`,
    measured,
    [
      COLUMNS.goodput,
      COLUMNS.p50,
      ratioColumn('p50 to none', reference, p50),
      COLUMNS.p99,
      ratioColumn('p99 to none', reference, p99),
      COLUMNS.max,
      COLUMNS.beside,
    ],
  );
}

const toService = ({ servers, database }: Bench) => ({
  server: servers.service,
  prepare: () => database.empty(),
});
