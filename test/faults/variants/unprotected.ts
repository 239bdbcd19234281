import { join } from 'node:path';

/** The service without one of its protections of neighbours: the fault tests must find it. */
const built = join(__dirname, '../../../../src');

const PROTECTIONS = {
  linear: () => undefined,
  budget: () => undefined,
  turns: () => undefined,
  guard: () => undefined,
  buffers: () => undefined,
  unknown: () => undefined,
  oldest: () => undefined,
  eviction: () => undefined,
  shares: () => undefined,
} satisfies Record<string, () => void>;

export type Protection = keyof typeof PROTECTIONS;

PROTECTIONS[process.env.WITHOUT as Protection]();

// oxlint-disable-next-line typescript/no-require-imports -- the built service, not a copy of it
require(join(built, 'main.js'));
