import { type Bench, measureInRounds } from '../measurement';
import { getCreated } from '../requests';
import { COLUMNS, compare, ratioColumn, type Table } from '../table';
import { allServers, BASELINE } from './subjects';

/** How long a postback takes when there is no other. */
export async function loneConnection(bench: Bench): Promise<Table[]> {
  const load = { connections: 1, end: { seconds: bench.plan.seconds } };
  const measured = await measureInRounds(
    bench,
    allServers(bench, getCreated(bench.apiKey), load),
  );
  return [
    compare('Latency of a lone connection, GET', measured, BASELINE, [
      COLUMNS.p50,
      ratioColumn('p50 to baseline', ({ latency }) => latency.p50),
      COLUMNS.p95,
      COLUMNS.p99,
      COLUMNS.serverCpu,
      COLUMNS.databaseCpu,
    ]),
  ];
}
