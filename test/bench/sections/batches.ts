import { type Bench, measureInRounds, type Subject } from '../measurement';
import { type Batch, type Exchange, postBatch, postCreated } from '../requests';
import { COLUMNS, compare, ratioColumn, type Table } from '../table';
import { CONNECTIONS } from './subjects';

const SINGLE = `one a request, ${CONNECTIONS} connections`;
/** A batch keeps the service busy for long: a few senders are enough. */
const BATCH_CONNECTIONS = 4;
const SIZES = [10, 100, 1_000];
const FORMATS: Record<Batch['format'], string> = {
  array: 'JSON array',
  lines: 'a line each',
};

/** As many new installs as this service takes in batches, beside one a request. */
export async function batches(bench: Bench): Promise<Table[]> {
  const { apiKey, database, servers, plan } = bench;
  const subject = (
    name: string,
    exchange: Exchange,
    connections: number,
  ): Subject => ({
    name,
    server: servers.service,
    exchange,
    load: { connections, end: { seconds: plan.seconds } },
    prepare: () => database.empty(),
  });
  const measured = await measureInRounds(bench, [
    subject(SINGLE, postCreated(apiKey), CONNECTIONS),
    ...SIZES.flatMap((postbacks) =>
      Object.entries(FORMATS).map(([format, name]) =>
        subject(
          `${postbacks}, ${name}`,
          postBatch(apiKey, { postbacks, format: format as Batch['format'] }),
          BATCH_CONNECTIONS,
        ),
      ),
    ),
  ]);
  return [
    compare(
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
    ),
  ];
}
