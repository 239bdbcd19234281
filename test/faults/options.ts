import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { StartupError } from '../../src/config/startup-error';

export interface Options {
  /** The long form; without it the whole takes at most six minutes. */
  readonly full: boolean;
  /** All that is random follows from it. */
  readonly seed: number;
  /** Faults to try, such as `R1`; all when empty. */
  readonly only: readonly string[];
}

const USAGE = 'Usage: npm run test:faults -- [--full] [--seed N] [--only R1]…';

/** Reads the arguments of `npm run test:faults -- …`. Throws {@link StartupError}. */
export function readOptions(args: readonly string[]): Options {
  const { full, seed, only } = parse(args);
  if (seed !== undefined && !/^\d{1,9}$/.test(seed)) {
    throw new StartupError(`--seed must be a number. ${USAGE}`);
  }
  return {
    full,
    seed: seed === undefined ? randomInt(1e9) : Number(seed),
    only: only.map((each) => each.toUpperCase()),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        full: { type: 'boolean', default: false },
        seed: { type: 'string' },
        only: { type: 'string', multiple: true, default: [] },
      },
    }).values;
  } catch (error) {
    throw new StartupError(USAGE, { cause: error });
  }
}
