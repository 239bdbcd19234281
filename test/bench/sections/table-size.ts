import { fill } from '../fill';
import { type Bench, measureInRounds } from '../measurement';
import { getCreated } from '../requests';
import { COLUMNS, compare, type Table, wholeNumber } from '../table';
import { allServers, CONNECTIONS, rate, toBaseline, toLimit } from './subjects';

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
        [
          COLUMNS.rate,
          toBaseline('req/s', measured, rate),
          toLimit('req/s', measured, rate),
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
