import type { Bench } from '../measurement';
import { type Memory, memoryOf } from '../process-usage';
import { getCreated } from '../requests';
import type { ServerProcess } from '../../support/server-process';
import { megabytes, type Table, wholeNumber } from '../table';
import { CONNECTIONS } from './subjects';

/** What a fresh process of this service has resident, and whether that grows. */
export async function memory(bench: Bench): Promise<Table[]> {
  await bench.database.empty();
  const service = await bench.startService({});
  try {
    return [await readMemory(bench, service)];
  } finally {
    await service.stop();
  }
}

async function readMemory(
  { plan, generator, apiKey, log }: Bench,
  { origin, pid }: ServerProcess,
): Promise<Table> {
  const readings = new Map<number, Memory>([[0, memoryOf(pid)]]);
  let sent = 0;
  for (const postbacks of plan.memoryAfter) {
    await generator.run({
      ...getCreated(apiKey),
      origin,
      connections: CONNECTIONS,
      end: { requests: postbacks - sent },
    });
    sent = postbacks;
    readings.set(postbacks, memoryOf(pid));
    log(`  ${wholeNumber(postbacks)} postbacks`);
  }
  return {
    title: `Memory of this service, GET, ${CONNECTIONS} connections`,
    columns: ['postbacks', 'resident MB', 'peak MB'],
    rows: [...readings].map(([postbacks, { resident, peak }]) => [
      wholeNumber(postbacks),
      megabytes(resident),
      megabytes(peak),
    ]),
    measurements: Object.fromEntries(readings),
  };
}
