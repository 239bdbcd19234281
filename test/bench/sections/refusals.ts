import { type Bench, measureInRounds, type Subject } from '../measurement';
import {
  type Exchange,
  getCreated,
  getDuplicate,
  getInvalid,
  getThrottled,
  getWithBadKey,
} from '../requests';
import type { ServerProcess } from '../../support/server-process';
import { COLUMNS, compare, ratioColumn, type Table } from '../table';
import { CONNECTIONS, rate } from './subjects';

const CREATED = '200 created';

/** What it costs this service to refuse, beside what it costs to store. */
export async function refusals(bench: Bench): Promise<Table[]> {
  const throttled = await bench.startService({
    THROTTLE_LIMIT: '1',
    THROTTLE_TTL: '86400',
  });
  try {
    return [await compareAnswers(bench, throttled)];
  } finally {
    await throttled.stop();
  }
}

async function compareAnswers(
  bench: Bench,
  throttled: ServerProcess,
): Promise<Table> {
  const { apiKey, database, generator, servers, plan } = bench;
  const load = { connections: CONNECTIONS, end: { seconds: plan.seconds } };
  const subject = (name: string, exchange: Exchange): Subject => ({
    name,
    server: servers.service,
    exchange,
    load,
    prepare: () => database.empty(),
  });
  const sendOnce = ({ origin }: ServerProcess, exchange: Exchange) =>
    generator.run({
      ...exchange,
      origin,
      connections: 1,
      end: { requests: 1 },
    });

  await sendOnce(throttled, getCreated(apiKey));
  const { first, again } = getDuplicate(apiKey);
  const measured = await measureInRounds(bench, [
    subject(CREATED, getCreated(apiKey)),
    {
      ...subject('200 duplicate', again),
      prepare: async () => {
        await database.empty();
        await sendOnce(servers.service, first);
      },
    },
    subject('400 invalid_postback', getInvalid(apiKey)),
    subject('401 invalid_key', getWithBadKey()),
    {
      ...subject('429 too_many_requests', getThrottled(apiKey)),
      server: throttled,
    },
  ]);
  return compare(
    `Cost of refusing, this service, GET, ${CONNECTIONS} connections`,
    measured,
    [
      COLUMNS.rate,
      ratioColumn('req/s to created', measured.get(CREATED)!, rate),
      COLUMNS.p50,
      COLUMNS.p99,
      COLUMNS.serverCpu,
      COLUMNS.databaseCpu,
    ],
  );
}
