import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { ServerProcess } from '../../support/server-process';
import type { Lab } from '../lab';
import { makeKey, makeProject } from '../management';
import type { PostgresServer } from '../postgres-server';
import type { Figures, Scenario } from '../scenario';
import { Broken, expect } from '../verdict';
import { add, type Counts, type Neighbour } from './neighbours';
import { quantile, QuietProject, wrongOnes } from './quiet-project';
import type { QuietAnswer } from './quiet-process';
import type { Protection } from '../variants/unprotected';
import type { StreamName } from './streams';

/** The short run, on a machine with other work, is content with what no healthy service misses. */
const FORMS = {
  full: { rounds: 4, seconds: 8, times: 1.5, least: 0 },
  short: { rounds: 2, seconds: 2, times: 5, least: 50 },
};
/** Milliseconds in which a neighbour gets going, and in which what it has left behind passes. */
const BETWEEN = 300;
/** Milliseconds of a median that need no comparison. */
const UNNOTICED = 50;
/** Streams whose answers must not come later beside the worst. */
const IN_TIME: readonly StreamName[] = ['postbacks', 'newcomers', 'batches'];

/** The service without one of its protections. */
const UNPROTECTED = join(__dirname, '../variants/unprotected.js');

interface Options {
  /** Of the service. */
  readonly variables?: Record<string, string>;
  /** The protection that it lacks, for a control. */
  readonly without?: Protection;
}

interface Comparison {
  /** What the neighbour sends that costs least, and what costs most. */
  readonly cheapest: Neighbour;
  readonly worst: Neighbour;
  /** What the quiet project sends. */
  readonly streams?: readonly StreamName[];
}

/** A service that a quiet project shares with a noisy one. */
export class Neighbourhood {
  private constructor(
    private readonly lab: Lab,
    readonly database: PostgresServer,
    readonly service: ServerProcess,
    readonly quiet: QuietProject,
    readonly noisy: {
      readonly projectId: number;
      readonly ingest: string;
      readonly read: string;
    },
    private readonly rounds: number,
  ) {}

  static async create(
    lab: Lab,
    { variables, without }: Options = {},
  ): Promise<Neighbourhood> {
    const database = await lab.database();
    const service = await (without === undefined
      ? lab.service(database.url, variables)
      : lab.service(
          database.url,
          { ...variables, WITHOUT: without },
          UNPROTECTED,
        ));
    const { origin } = service;
    const projectId = await makeProject(lab, origin, 'Noisy');
    const key = async (scopes: string[]) =>
      (await makeKey(lab, origin, projectId, { scopes })).key;
    const noisy = {
      projectId,
      ingest: await key(['ingest']),
      read: await key(['read']),
    };
    const quiet = await QuietProject.create(lab, origin);
    const { rounds } = FORMS[lab.full ? 'full' : 'short'];
    return new Neighbourhood(
      lab,
      database,
      service,
      quiet,
      noisy,
      // What lacks a protection fails at once.
      without === undefined ? rounds : 1,
    );
  }

  get origin(): string {
    return this.service.origin;
  }

  /**
   * The quiet project beside the neighbour at its cheapest and at its worst, in turns, because the speed of a machine
   * changes. Throws when one of the quiet project's requests was not answered as it should be, or too late.
   */
  async compare({
    cheapest,
    worst,
    streams = ['postbacks'],
  }: Comparison): Promise<Compared> {
    const { seconds, times, least } = FORMS[this.lab.full ? 'full' : 'short'];
    const phases = { cheapest: [] as Phase[], worst: [] as Phase[] };
    // Before anything is measured the service has run.
    await this.quiet.send(streams, 1);
    for (let round = 0; round < this.rounds; round++) {
      for (const [name, neighbour] of Object.entries({ cheapest, worst })) {
        const phase = await this.phase(neighbour, streams, seconds);
        const wrong = wrongOnes(phase.answers);
        expect(
          wrong === '',
          `Beside the ${name} requests the quiet project got ${wrong} (${describe([phase])})`,
        );
        phases[name as keyof typeof phases].push(phase);
      }
    }
    const figures: Figures = {};
    for (const stream of streams) {
      const [cheap, bad] = [phases.cheapest, phases.worst].map((all) => ({
        p50: best(all, stream, 0.5),
        p99: best(all, stream, 0.99),
      }));
      figures[`${stream}: p50 and p99 ms beside the cheapest`] =
        `${cheap.p50.toFixed(1)} and ${cheap.p99.toFixed(1)}`;
      figures[`${stream}: beside the worst`] =
        `${bad.p50.toFixed(1)} and ${bad.p99.toFixed(1)}`;
      if (!IN_TIME.includes(stream)) continue;
      expect(
        bad.p99 <= Math.max(least, times * cheap.p99) &&
          bad.p50 <= Math.max(UNNOTICED, times * cheap.p50),
        `p50 and p99 of ${stream} ${bad.p50.toFixed(1)} and ${bad.p99.toFixed(1)} ms, ${cheap.p50.toFixed(1)} and ${cheap.p99.toFixed(1)} ms beside the cheapest requests (${describe(phases.worst)}; ${describe(phases.cheapest)})`,
      );
    }
    await this.quiet.verify(this.database);
    return {
      figures: {
        ...figures,
        cheapest: describe(phases.cheapest),
        worst: describe(phases.worst),
      },
      cheapest: add(...phases.cheapest.map(({ counts }) => counts)),
      worst: add(...phases.worst.map(({ counts }) => counts)),
    };
  }

  private async phase(
    neighbour: Neighbour,
    streams: readonly StreamName[],
    seconds: number,
  ): Promise<Phase> {
    const stop = new AbortController();
    const measure = async () => {
      try {
        await setTimeout(BETWEEN);
        return await this.quiet.send(streams, seconds);
      } finally {
        stop.abort();
      }
    };
    const begin = performance.now();
    const [counts, answers] = await Promise.all([
      neighbour(stop.signal),
      measure(),
    ]);
    const took = (performance.now() - begin) / 1_000;
    await setTimeout(BETWEEN);
    return { answers, counts, seconds: took };
  }
}

interface Compared {
  readonly figures: Figures;
  /** What the neighbour was answered. */
  readonly cheapest: Counts;
  readonly worst: Counts;
}

interface Phase {
  readonly answers: readonly QuietAnswer[];
  readonly counts: Counts;
  readonly seconds: number;
}

/** Of the best round: a pause of the machine is nobody's fault. */
function best(phases: readonly Phase[], stream: StreamName, fraction: number) {
  return Math.min(
    ...phases.map(({ answers }) => quantile(answers, stream, fraction)),
  );
}

/** What the neighbour was answered a second. */
function describe(phases: readonly Phase[]): string {
  const seconds = phases.reduce((sum, phase) => sum + phase.seconds, 0);
  return Object.entries(add(...phases.map(({ counts }) => counts)))
    .map(([name, count]) => `${name}: ${Math.round(count / seconds)}/s`)
    .join(' ');
}

/** A scenario on a service that lacks a protection: it must be noticed. */
export function control(
  fault: string,
  title: string,
  run: (lab: Lab) => Promise<unknown>,
): Scenario {
  return {
    fault: `${fault} control`,
    title,
    comparesTimes: true,
    async run(lab) {
      try {
        await run(lab);
      } catch (error) {
        if (error instanceof Broken) return { noticed: error.message };
        throw error;
      }
      throw new Broken('Nothing was noticed');
    },
  };
}
