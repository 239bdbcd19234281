import { fill } from '../fill';
import { type Bench, measureInRounds, type Subject } from '../measurement';
import { type Exchange, getPage, LIST } from '../requests';
import { COLUMNS, compare, type Table, wholeNumber } from '../table';

const DAY = 86_400_000;
const FIRST = 'first page';

/** How long a page of 50 installs takes in the largest table. */
export async function list(bench: Bench): Promise<Table[]> {
  const { plan, database, servers, adminToken, log } = bench;
  const rows = Math.max(...plan.tableSizes);
  if ((await database.countInstalls()) < rows) {
    log(`  filling with ${wholeNumber(rows)} rows`);
    await fill(database, rows);
  }
  const count = wholeNumber(await database.countInstalls());
  const subject = (name: string, exchange: Exchange): Subject => ({
    name,
    server: servers.service,
    exchange,
    load: { connections: 1, end: { requests: plan.pages } },
    prepare: () => Promise.resolve(),
  });
  const measured = await measureInRounds(bench, [
    subject(FIRST, getPage(adminToken)),
    subject('15 days deep', getPage(adminToken, await deepCursor(bench))),
  ]);
  return [
    compare(
      `List, pages of 50 of ${count} installs, one connection`,
      measured,
      [
        COLUMNS.p50,
        COLUMNS.p95,
        COLUMNS.max,
        COLUMNS.serverCpu,
        COLUMNS.databaseCpu,
      ],
    ),
  ];
}

/** A cursor says where a page ends, whichever filter led there. */
async function deepCursor({ servers, adminToken }: Bench): Promise<string> {
  const to = new Date(Date.now() - 15 * DAY).toISOString();
  const response = await fetch(`${servers.service.origin}${LIST}&to=${to}`, {
    headers: { authorization: `Bearer ${adminToken}` },
  });
  const page = (await response.json()) as { next_cursor: string | null };
  if (!page.next_cursor) throw new Error('There is no deep page');
  return page.next_cursor;
}
