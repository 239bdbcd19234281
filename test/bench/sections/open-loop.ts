import { type Bench, measureInRounds } from '../measurement';
import { getCreated } from '../requests';
import { COLUMNS, compare, type Table } from '../table';
import { allServers, CONNECTIONS, p50, toBaseline } from './subjects';

/** Requests a second. */
const RATES = [500, 1000];

/** How long senders wait that do not wait for each other. */
export async function openLoop(bench: Bench): Promise<Table[]> {
  const tables: Table[] = [];
  for (const rate of RATES) {
    const load = {
      connections: CONNECTIONS,
      end: { seconds: bench.plan.seconds },
      rate,
    };
    const measured = await measureInRounds(
      bench,
      allServers(bench, getCreated(bench.apiKey), load),
    );
    tables.push(
      compare(
        `Latency at ${rate} requests a second, GET, from the moment each was due`,
        measured,
        [
          COLUMNS.rate,
          COLUMNS.p50,
          toBaseline('p50', measured, p50),
          COLUMNS.p95,
          COLUMNS.p99,
          COLUMNS.max,
          COLUMNS.sentLate,
          COLUMNS.serverCpu,
          COLUMNS.databaseCpu,
        ],
      ),
    );
  }
  return tables;
}
