import { join } from 'node:path';

/** The service that looks every second for what is to be erased, instead of every minute. */
const MINUTE = 60_000;
const SECOND = 1_000;

const { setInterval } = globalThis;
globalThis.setInterval = Object.assign(
  (work: () => void, ms?: number) =>
    setInterval(work, ms === MINUTE ? SECOND : ms),
  setInterval,
);

// oxlint-disable-next-line typescript/no-require-imports -- the built service, not a copy of it
require(
  process.env.WITHOUT
    ? './unprotected'
    : join(__dirname, '../../../../src/main.js'),
);
