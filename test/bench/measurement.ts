import type { BenchDatabase } from './database';
import type { Load, Percentile } from './load/load';
import type { LoadGenerator } from './load/load-generator';
import type { Plan } from './options';
import { cpuSeconds, memoryOf } from './process-usage';
import type { ServerProcess } from '../support/server-process';
import type { Exchange } from './requests';

/** What every section works with. */
export interface Bench {
  readonly plan: Plan;
  readonly database: BenchDatabase;
  readonly generator: LoadGenerator;
  /** Sends what is beside a measurement. */
  readonly companion: LoadGenerator;
  readonly servers: Servers;
  readonly apiKey: string;
  readonly adminToken: string;
  /** Starts the service once more, with other settings; the caller stops it. */
  readonly startService: (
    variables: Record<string, string>,
  ) => Promise<ServerProcess>;
  readonly log: (line: string) => void;
}

export interface Servers {
  readonly service: ServerProcess;
  readonly baseline: ServerProcess;
  readonly limit: ServerProcess;
}

/** One measurement of one server. */
export interface Measurement {
  readonly requests: number;
  readonly requestsPerSecond: number;
  /** As many as requests, but for batches. */
  readonly postbacksPerSecond: number;
  /** Requests with the right answer before trackers give up, a second. */
  readonly goodput: number;
  /** Of the load beside it: requests a second that had the right answer. */
  readonly besidePerSecond: number;
  /** Milliseconds. */
  readonly latency: Record<Percentile, number>;
  /** Of the open loop: milliseconds that 1 % of the requests were sent late by, or more. */
  readonly sentLate: number;
  /** Microseconds of CPU a request, of a batch a postback. */
  readonly serverCpu: number;
  readonly databaseCpu: number;
  readonly generatorCpu: number;
  /** Bytes that the server has resident, after the measurement. */
  readonly resident: number;
}

/** Something to be measured. */
export interface Subject {
  readonly name: string;
  readonly server: ServerProcess;
  readonly exchange: Exchange;
  readonly load: Pick<Load, 'connections' | 'end' | 'rate' | 'tolerant'>;
  /** Sent at the same time, until the same end. */
  readonly beside?: Exchange & Omit<Subject['load'], 'end'>;
  /** Brings the database into the state in which a measurement begins. */
  readonly prepare: () => Promise<void>;
}

/** Measures all subjects once a round, each round begun by another one. Throws at the first wrong answer. */
export async function measureInRounds(
  bench: Bench,
  subjects: readonly Subject[],
): Promise<Map<string, Measurement[]>> {
  const { rounds } = bench.plan;
  const measured = new Map(
    subjects.map(({ name }): [string, Measurement[]] => [name, []]),
  );
  for (let round = 0; round < rounds; round++) {
    for (let n = 0; n < subjects.length; n++) {
      const subject = subjects[(round + n) % subjects.length];
      const measurement = await measure(bench, subject);
      measured.get(subject.name)!.push(measurement);
      const { requestsPerSecond, latency } = measurement;
      bench.log(
        `  round ${round + 1} of ${rounds}, ${subject.name}: ${requestsPerSecond.toFixed(0)}/s, p50 ${latency.p50.toFixed(2)} ms`,
      );
    }
  }
  return measured;
}

async function measure(
  { plan, generator, companion, database }: Bench,
  { name, server, exchange, load, beside, prepare }: Subject,
): Promise<Measurement> {
  const run = (end: Load['end']) => {
    const { origin } = server;
    return together(
      generator.run({ ...exchange, ...load, end, origin }),
      beside && companion.run({ ...beside, end, origin }),
    ).catch((error: unknown) => {
      throw new Error(`${name}: ${(error as Error).message}`, {
        cause: error,
      });
    });
  };

  await prepare();
  await run({ seconds: plan.warmUpSeconds });
  await prepare();
  const before = {
    server: cpuSeconds(server.pid),
    database: database.cpuSeconds(),
  };
  const [result, resultBeside] = await run(load.end);
  const postbacks = result.requests * (exchange.request.batch?.postbacks ?? 1);
  const perPostback = (seconds: number) => (seconds / postbacks) * 1e6;
  return {
    requests: result.requests,
    requestsPerSecond: result.requests / result.seconds,
    postbacksPerSecond: postbacks / result.seconds,
    goodput: result.inTime / result.seconds,
    besidePerSecond: resultBeside
      ? resultBeside.inTime / resultBeside.seconds
      : 0,
    latency: result.latency,
    sentLate: result.sentLate,
    serverCpu: perPostback(cpuSeconds(server.pid) - before.server),
    databaseCpu: perPostback(database.cpuSeconds() - before.database),
    generatorCpu: perPostback(result.cpu),
    resident: memoryOf(server.pid).resident,
  };
}

/** Waits for both, also when one fails: a generator does one thing at a time. */
async function together<A, B>(
  one: Promise<A>,
  other: Promise<B> | undefined,
): Promise<[A, B | undefined]> {
  await Promise.allSettled([one, other]);
  return Promise.all([one, other]);
}
