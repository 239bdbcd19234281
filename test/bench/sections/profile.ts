import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench } from '../measurement';
import { busyTime, type CpuProfile } from '../cpu-profile';
import { getCreated } from '../requests';
import type { Table } from '../table';
import { CONNECTIONS } from './subjects';

/** Rows of a list. */
const TOP = 20;

/** Where the service spends its time: what V8 saw it do, sampled, in a process of its own. */
export async function profile(bench: Bench): Promise<Table[]> {
  const directory = await mkdtemp(join(tmpdir(), 'postback-profile-'));
  try {
    const recorded = await record(bench, directory);
    return [
      topList('module', 'module', busyTime(recorded, 'module')),
      topList('function', 'function', busyTime(recorded, 'function')),
    ];
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The profile of the last seconds of a process: the load, after it has warmed up. */
async function record(
  { plan, database, generator, apiKey, startService }: Bench,
  directory: string,
): Promise<CpuProfile> {
  await database.empty();
  const service = await startService({
    NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${directory}`,
  });
  const { origin } = service;
  const run = (seconds: number) =>
    generator.run({
      ...getCreated(apiKey),
      origin,
      connections: CONNECTIONS,
      end: { seconds },
    });
  try {
    await run(plan.firstWarmUpSeconds);
    await run(plan.seconds);
  } finally {
    await service.stop();
  }
  const [file] = await readdir(directory);
  const { nodes, samples, timeDeltas } = JSON.parse(
    await readFile(join(directory, file), 'utf8'),
  ) as CpuProfile;
  const first = indexBefore(timeDeltas, plan.seconds * 1e6);
  return {
    nodes,
    samples: samples.slice(first),
    timeDeltas: timeDeltas.slice(first),
  };
}

/** Where so many microseconds before the end begin. */
function indexBefore(deltas: readonly number[], duration: number): number {
  let index = deltas.length;
  for (let rest = duration; index > 0 && rest > 0; index--) {
    rest -= deltas[index - 1];
  }
  return index;
}

function topList(
  by: string,
  title: string,
  times: ReadonlyMap<string, number>,
): Table {
  const all = [...times.values()].reduce((sum, time) => sum + time, 0);
  const sorted = [...times].toSorted(([, a], [, b]) => b - a);
  return {
    title: `CPU of this service by ${by}, GET, ${CONNECTIONS} connections`,
    columns: [title, 'of its busy time'],
    rows: sorted
      .slice(0, TOP)
      .map(([name, time]) => [name, `${((time / all) * 100).toFixed(1)} %`]),
    measurements: Object.fromEntries(sorted),
  };
}
