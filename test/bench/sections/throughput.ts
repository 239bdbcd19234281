import { type Bench, measureInRounds } from '../measurement';
import { getCreated, postCreated } from '../requests';
import { COLUMNS, compare, type Table } from '../table';
import {
  allServers,
  CONNECTIONS,
  p99,
  rate,
  toBaseline,
  toLimit,
} from './subjects';

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
      compare(`Throughput, ${title}, ${CONNECTIONS} connections`, measured, [
        COLUMNS.rate,
        toBaseline('req/s', measured, rate),
        toLimit('req/s', measured, rate),
        COLUMNS.p50,
        COLUMNS.p95,
        COLUMNS.p99,
        toBaseline('p99', measured, p99),
        COLUMNS.serverCpu,
        COLUMNS.databaseCpu,
        COLUMNS.generatorCpu,
        COLUMNS.resident,
      ]),
    );
  }
  return tables;
}
