import { fill } from '../fill';
import { type Bench, measureInRounds } from '../measurement';
import { getCreated } from '../requests';
import {
  COLUMNS,
  compare,
  ratioColumn,
  type Table,
  wholeNumber,
} from '../table';
import { allServers, BASELINE, CONNECTIONS } from './subjects';

/** Throughput with installs that are there already. */
export async function tableSize(bench: Bench): Promise<Table[]> {
  const { database, plan, log } = bench;
  const load = { connections: CONNECTIONS, end: { seconds: plan.seconds } };
  const tables: Table[] = [];
  for (const rows of plan.tableSizes) {
    log(`  filling with ${wholeNumber(rows)} rows`);
    await fill(database, rows);
    const measured = await measureInRounds(
      bench,
      // What one measurement adds stays for the next: taking it out again would leave the table in another shape.
      allServers(bench, getCreated(bench.apiKey), load, () =>
        database.checkpoint(),
      ),
    );
    const end = wholeNumber(await database.countInstalls());
    tables.push(
      compare(
        `Throughput, GET, ${CONNECTIONS} connections, ${wholeNumber(rows)} rows at the beginning, ${end} at the end`,
        measured,
        BASELINE,
        [
          COLUMNS.rate,
          ratioColumn('to baseline', (each) => each.requestsPerSecond),
          COLUMNS.p50,
          COLUMNS.p99,
          COLUMNS.serverCpu,
          COLUMNS.databaseCpu,
        ],
      ),
    );
  }
  return tables;
}
