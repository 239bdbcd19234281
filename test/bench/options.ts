import { parseArgs } from 'node:util';
import { StartupError } from '../../src/config/startup-error';

export const SECTION_NAMES = [
  'throughput',
  'open-loop',
  'lone',
  'reading',
  'refusals',
  'batches',
  'rejections',
  'rows',
  'list',
  'memory',
  'import',
  'profile',
] as const;

export type SectionName = (typeof SECTION_NAMES)[number];

/** How much of everything a run does. */
export interface Plan {
  /** How often each measurement is repeated; the medians are reported. */
  readonly rounds: number;
  /** Of one measurement. */
  readonly seconds: number;
  /** Of each server, before all measurements, once for each method. */
  readonly firstWarmUpSeconds: number;
  /** Before each measurement, not counted. */
  readonly warmUpSeconds: number;
  /** Rows that are there already, ascending. */
  readonly tableSizes: readonly number[];
  /** Requests of one measurement of a list page. */
  readonly pages: number;
  /** Postbacks after which the memory is read, ascending. */
  readonly memoryAfter: readonly number[];
  /** For which the same bad postback is sent again and again. */
  readonly stormSeconds: number;
  /** Rows of the files that are imported, ascending. */
  readonly importSizes: readonly number[];
}

const FULL: Plan = {
  rounds: 10,
  seconds: 3,
  firstWarmUpSeconds: 6,
  warmUpSeconds: 0.5,
  tableSizes: [0, 1_000_000, 5_000_000],
  pages: 300,
  memoryAfter: [50_000, 1_000_000],
  stormSeconds: 60,
  importSizes: [100_000, 1_000_000],
};

const QUICK: Plan = {
  rounds: 1,
  seconds: 1,
  firstWarmUpSeconds: 0.5,
  warmUpSeconds: 0.2,
  tableSizes: [0, 20_000],
  pages: 50,
  memoryAfter: [500, 2_000],
  stormSeconds: 2,
  importSizes: [2_000, 10_000],
};

export interface Options {
  readonly quick: boolean;
  readonly plan: Plan;
  readonly only: readonly SectionName[];
}

/** Reads the arguments of `npm run bench -- …`. Throws {@link StartupError}. */
export function readOptions(args: readonly string[]): Options {
  const { quick, rounds, seconds, only } = parse(args);
  const plan = quick ? QUICK : FULL;
  return {
    quick,
    plan: {
      ...plan,
      rounds: positive('rounds', rounds) ?? plan.rounds,
      seconds: positive('seconds', seconds) ?? plan.seconds,
    },
    only: only.length > 0 ? only.map(toSectionName) : SECTION_NAMES,
  };
}

const USAGE = `Usage: npm run bench -- [--quick] [--rounds 10] [--seconds 3] [--only ${SECTION_NAMES.join('|')}]…`;

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        quick: { type: 'boolean', default: false },
        rounds: { type: 'string' },
        seconds: { type: 'string' },
        only: { type: 'string', multiple: true, default: [] },
      },
    }).values;
  } catch (error) {
    throw new StartupError(USAGE, { cause: error });
  }
}

function positive(name: string, text?: string): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9][0-9]{0,2}$/.test(text)) {
    throw new StartupError(`--${name} must be 1 to 999. ${USAGE}`);
  }
  return Number(text);
}

function toSectionName(text: string): SectionName {
  const name = SECTION_NAMES.find((each) => each === text);
  if (!name) throw new StartupError(`There is no section ${text}. ${USAGE}`);
  return name;
}
