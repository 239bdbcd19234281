import { type Bench, measureInRounds } from '../measurement';
import { getCreated } from '../requests';
import { COLUMNS, compare, type Table } from '../table';
import { allServers, p50, toBaseline } from './subjects';

/** How long a postback takes when there is no other. */
export async function loneConnection(bench: Bench): Promise<Table[]> {
  const load = { connections: 1, end: { seconds: bench.plan.seconds } };
  const measured = await measureInRounds(
    bench,
    allServers(bench, getCreated(bench.apiKey), load),
  );
  return [
    compare('Latency of a lone connection, GET', measured, [
      COLUMNS.p50,
      toBaseline('p50', measured, p50),
      COLUMNS.p95,
      COLUMNS.p99,
      COLUMNS.serverCpu,
      COLUMNS.databaseCpu,
    ]),
  ];
}
