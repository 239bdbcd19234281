import { type Bench, measureInRounds } from '../measurement';
import { getCreated, postCreated } from '../requests';
import { COLUMNS, compare, ratioColumn, type Table } from '../table';
import { allServers, BASELINE, CONNECTIONS } from './subjects';

/** As many new installs as each server takes. */
export async function throughput(bench: Bench): Promise<Table[]> {
  const load = {
    connections: CONNECTIONS,
    end: { seconds: bench.plan.seconds },
  };
  const tables: Table[] = [];
  for (const [title, exchange] of [
    ['GET', getCreated(bench.apiKey)],
    ['POST, JSON', postCreated(bench.apiKey)],
  ] as const) {
    const measured = await measureInRounds(
      bench,
      allServers(bench, exchange, load),
    );
    tables.push(
      compare(
        `Throughput, ${title}, ${CONNECTIONS} connections`,
        measured,
        BASELINE,
        [
          COLUMNS.rate,
          ratioColumn('to baseline', (each) => each.requestsPerSecond),
          COLUMNS.p50,
          COLUMNS.p95,
          COLUMNS.p99,
          COLUMNS.serverCpu,
          COLUMNS.databaseCpu,
          COLUMNS.generatorCpu,
          COLUMNS.resident,
        ],
      ),
    );
  }
  return tables;
}
